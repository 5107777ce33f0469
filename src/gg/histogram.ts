/** Bits of a float32's mantissa that tell bins apart: 64 bins an octave. */
const MANTISSA_BITS = 6;
const SHIFT = 23 - MANTISSA_BITS;
/** Bins of one sign: every exponent of a float32 below infinity. */
const BINS = 255 << MANTISSA_BITS;

/** A group of values: its sign, its magnitudes from `low` to `high`, how many they are. */
export interface Bin {
  readonly sign: -1 | 1;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * How often values occur, in bins of 1/64 of an octave for each sign: fixed memory (256 KiB) however many there are.
 * A bin is the upper bits of the float32 nearest to the value; what is beyond float32 is in the outermost bins.
 *
 * @example
 * const histogram = new Histogram();
 * histogram.add([1, 1, -0.5]);
 * console.log([...histogram.bins()].map(({ sign, low, count }) => `${count} from ${sign * low}`).join(", ")); // 1 from -0.5, 2 from 1
 */
export class Histogram {
  /** Positive values, then negative ones. Counts in float64 are exact to 2^53. */
  readonly #counts = new Float64Array(2 * BINS);
  #total = 0;
  /** Bins of either sign outside of these are empty. */
  #minimum = BINS;
  #maximum = -1;

  /** Finite values so far. */
  get total(): number {
    return this.#total;
  }

  /** Counts values; NaN and infinities are left out. */
  add(values: ArrayLike<number>): void {
    const float = new Float32Array(1);
    const bits = new Uint32Array(float.buffer);
    const counts = this.#counts;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (!Number.isFinite(value)) continue;
      float[0] = value;
      const word = bits[0] as number;
      const bin = Math.min((word & 0x7fff_ffff) >>> SHIFT, BINS - 1);
      const place = value < 0 ? BINS + bin : bin;
      if (bin < this.#minimum) this.#minimum = bin;
      if (bin > this.#maximum) this.#maximum = bin;
      counts[place] = (counts[place] as number) + 1;
      this.#total += 1;
    }
  }

  /** The bins that hold values, in ascending order of the values. */
  *bins(): Generator<Bin> {
    const [minimum, maximum] = [this.#minimum, this.#maximum];
    for (let bin = maximum; bin >= minimum; bin--) {
      const count = this.#counts[BINS + bin] as number;
      if (count > 0) yield { sign: -1, low: edge(bin), high: edge(bin + 1), count };
    }
    for (let bin = minimum; bin <= maximum; bin++) {
      const count = this.#counts[bin] as number;
      if (count > 0) yield { sign: 1, low: edge(bin), high: edge(bin + 1), count };
    }
  }
}

/** The smallest magnitude of a bin. */
function edge(bin: number): number {
  const [exponent, mantissa] = [bin >>> MANTISSA_BITS, bin % 2 ** MANTISSA_BITS];
  return exponent === 0
    ? mantissa * 2 ** (-126 - MANTISSA_BITS)
    : (1 + mantissa / 2 ** MANTISSA_BITS) * 2 ** (exponent - 127);
}
