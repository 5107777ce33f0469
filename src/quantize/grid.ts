import { CANONICAL_MAGNITUDES, integerValue, SIGN_BIT } from "../format/index.ts";
import { Levels } from "./levels.ts";

/** Integers W that weights may become: those of some canonical codes, their negatives, and zero. */
export class Grid extends Levels {
  /** Whether it is all of RF8. */
  readonly isWhole: boolean;
  readonly #codes: ReadonlyMap<number, number>;

  /** @param palette positive canonical codes in ascending order; all of RF8 where it is absent */
  constructor(palette?: readonly number[]) {
    const codes = [0, ...(palette ?? CANONICAL_MAGNITUDES.subarray(1))];
    super(Float64Array.from(codes, integerValue));
    this.isWhole = palette === undefined;
    this.#codes = new Map(codes.map((code) => [integerValue(code), code]));
  }

  /** The canonical code of a W of the grid. @throws RangeError for another number */
  code(w: number): number {
    const code = this.#codes.get(Math.abs(w));
    if (code === undefined) throw new RangeError(`${w} is no number of the grid`);
    return w < 0 ? code | SIGN_BIT : code;
  }
}
