/** Numbers that weights may become, by where they stand. */
export interface Rounding {
  /** @param place of the weight: row · columns + column, among the rows that are rounded together */
  nearest(value: number, place: number): number;
}

/** Some magnitudes, their negatives, and zero. */
export class Levels implements Rounding {
  /** Ascending, from 0. */
  readonly magnitudes: Float64Array;
  readonly #midpoints: Float64Array;

  /** @param magnitudes ascending, from 0 */
  constructor(magnitudes: Float64Array) {
    this.magnitudes = magnitudes;
    this.#midpoints = magnitudes
      .subarray(1)
      .map((m, i) => (m + (this.magnitudes[i] as number)) / 2);
  }

  /** The largest magnitude. */
  get maximum(): number {
    return this.magnitudes.at(-1) ?? 0;
  }

  /** The nearest number, ties away from zero, saturating. */
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
}
