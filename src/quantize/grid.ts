import { CANONICAL_MAGNITUDES, integerValue, SIGN_BIT } from "../format/index.ts";

/** Integers W that weights may become: those of some canonical codes, their negatives, and zero. */
export class Grid {
  /** Whether it is all of RF8. */
  readonly isWhole: boolean;
  /** Ascending, from 0. */
  readonly magnitudes: Float64Array;
  readonly #midpoints: Float64Array;
  readonly #codes: ReadonlyMap<number, number>;

  /** @param palette positive canonical codes in ascending order; all of RF8 where it is absent */
  constructor(palette?: readonly number[]) {
    this.isWhole = palette === undefined;
    const codes = [0, ...(palette ?? CANONICAL_MAGNITUDES.subarray(1))];
    this.magnitudes = Float64Array.from(codes, integerValue);
    this.#midpoints = this.magnitudes
      .subarray(1)
      .map((m, i) => (m + (this.magnitudes[i] as number)) / 2);
    this.#codes = new Map(codes.map((code) => [integerValue(code), code]));
  }

  /** The greatest magnitude. */
  get most(): number {
    return this.magnitudes.at(-1) ?? 0;
  }

  /** The nearest W, ties away from zero, saturating, as the format rounds. */
  nearest(value: number): number {
    const magnitude = Math.abs(value);
    const midpoints = this.#midpoints;
    let low = 0;
    let high = midpoints.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((midpoints[middle] as number) <= magnitude) low = middle + 1;
      else high = middle;
    }
    const found = this.magnitudes[low] as number;
    return value < 0 && low > 0 ? -found : found;
  }

  /** The canonical code of a W of the grid. @throws RangeError for another number */
  code(w: number): number {
    const code = this.#codes.get(Math.abs(w));
    if (code === undefined) throw new RangeError(`${w} is no number of the grid`);
    return w < 0 ? code | SIGN_BIT : code;
  }
}
