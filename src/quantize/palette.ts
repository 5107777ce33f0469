import { CANONICAL_MAGNITUDES, integerValue } from "../format/index.ts";

/** Zero and RF8's magnitudes, in units of W, ascending. */
const magnitudes = Float64Array.from(CANONICAL_MAGNITUDES, integerValue);
const COUNT = magnitudes.length;

/** Where an assignment to the nearest of some magnitudes can change: half way between any two, and at each of them. */
const boundaries = Float64Array.from(
  new Set(
    [...magnitudes].flatMap((m, i) => [...magnitudes.subarray(i)].map((other) => (m + other) / 2)),
  ),
).sort();

const places = new Map([...boundaries].map((boundary, i) => [boundary, i]));

/** The boundary half way between magnitudes i and j, or at the one that both are. */
const middles = Int32Array.from(
  { length: COUNT * COUNT },
  (_, k) =>
    places.get(
      ((magnitudes[Math.floor(k / COUNT)] as number) + (magnitudes[k % COUNT] as number)) / 2,
    ) ?? 0,
);
const placeOf = (i: number, j: number): number => middles[i * COUNT + j] as number;

/** Weighted values between neighbouring boundaries: all that a squared error depends on. */
export class PaletteSums {
  // Below boundary 0 there is nothing; the last bin is above all.
  readonly #count = new Float64Array(boundaries.length + 1);
  readonly #sum = new Float64Array(boundaries.length + 1);
  readonly #square = new Float64Array(boundaries.length + 1);

  /** @param magnitude in units of W, 0 or more; @param weight of its squared error */
  add(magnitude: number, weight: number): void {
    let [low, high] = [0, boundaries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((boundaries[middle] as number) <= magnitude) low = middle + 1;
      else high = middle;
    }
    this.#count[low] = (this.#count[low] as number) + weight;
    this.#sum[low] = (this.#sum[low] as number) + weight * magnitude;
    this.#square[low] = (this.#square[low] as number) + weight * magnitude * magnitude;
  }

  /** The squares of all magnitudes by their weights: the error of having zeros alone. */
  get signal(): number {
    return this.#square.reduce((sum, bin) => sum + bin, 0);
  }

  /** Adds the magnitudes of others, their weights times a factor. */
  addAll(others: PaletteSums, factor: number): void {
    for (const [own, other] of [
      [this.#count, others.#count],
      [this.#sum, others.#sum],
      [this.#square, others.#square],
    ] as const)
      other.forEach((bin, i) => {
        own[i] = (own[i] as number) + factor * bin;
      });
  }

  /**
   * The positive canonical codes, at most `size`, whose nearest values have the smallest squared error: dynamic programming over the
   * largest code and how many there are.
   */
  best(size: number): number[] {
    const { between, above } = this.#costs();
    const kept = Math.min(size, COUNT - 1);
    // least[k][j]: error below magnitude j where it is the k-th that is chosen.
    const smallestError = Array.from({ length: kept + 1 }, () =>
      new Float64Array(COUNT).fill(Number.POSITIVE_INFINITY),
    );
    const before = Array.from({ length: kept + 1 }, () => new Int32Array(COUNT));
    (smallestError[0] as Float64Array)[0] = 0;
    for (let k = 1; k <= kept; k++)
      for (let j = k; j < COUNT; j++)
        for (let i = k - 1; i < j; i++) {
          const error = (smallestError[k - 1]?.[i] as number) + (between[i * COUNT + j] as number);
          if (error >= (smallestError[k]?.[j] as number)) continue;
          (smallestError[k] as Float64Array)[j] = error;
          (before[k] as Int32Array)[j] = i;
        }
    let [last, total] = [kept, Number.POSITIVE_INFINITY];
    for (let j = kept; j < COUNT; j++) {
      const error = (smallestError[kept]?.[j] as number) + (above[j] as number);
      if (error < total) [last, total] = [j, error];
    }
    const chosen: number[] = [];
    for (let k = kept; k > 0; k--) {
      chosen.push(CANONICAL_MAGNITUDES[last] as number);
      last = before[k]?.[last] as number;
    }
    return chosen.reverse();
  }

  /** Squared errors between any two magnitudes with none chosen between them, and above each that is the last. */
  #costs(): { readonly between: Float64Array; readonly above: Float64Array } {
    const sums = [this.#count, this.#sum, this.#square].map((bins) => {
      let sum = 0;
      return bins.map((bin) => {
        sum += bin;
        return sum;
      });
    }) as [Float64Array, Float64Array, Float64Array];
    const [count, sum, square] = sums;
    /** Squared error of the values from boundary `from` to boundary `to` when they become m. */
    const part = (from: number, to: number, m: number): number => {
      const difference = (values: Float64Array): number =>
        (values[to] as number) - (values[from] as number);
      return difference(square) - 2 * m * difference(sum) + m * m * difference(count);
    };
    const [between, above] = [new Float64Array(COUNT * COUNT), new Float64Array(COUNT)];
    for (let j = 0; j < COUNT; j++) {
      const upper = magnitudes[j] as number;
      above[j] = part(placeOf(j, j), boundaries.length, upper);
      for (let i = 0; i < j; i++) {
        const middle = placeOf(i, j);
        between[i * COUNT + j] =
          part(placeOf(i, i), middle, magnitudes[i] as number) + part(middle, placeOf(j, j), upper);
      }
    }
    return { between, above };
  }
}
