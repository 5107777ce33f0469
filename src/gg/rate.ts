import { expGolombBits } from "./exp-golomb.ts";

/** What weights take as integers of a step, in bits a weight. Keys are those of the JSON. */
export interface Rate {
  /** The quantization step; every other figure depends on it. */
  readonly step: number;
  /** Exponential Golomb codes of order 0. */
  readonly eg0_bits: number;
  /** The minimum that codes for independent integers can take. */
  readonly entropy_bits: number;
  /** As many bits for every weight as the range of the integers needs. */
  readonly fixed_bits: number;
}

/** The step at which rates are given where no other is asked for. */
export const RATE_STEP = 2 ** -7;

/**
 * The nearest multiple of a step, as an integer; halves go away from zero.
 *
 * @example
 * console.log(levelAt(-0.3, 0.125)); // -2
 */
export const levelAt = (weight: number, step: number): number =>
  Math.sign(weight) * Math.round(Math.abs(weight) / step);

/**
 * The rate of weights that are rounded to multiples of a step.
 *
 * @throws RangeError for a step that is not above 0, or so small that a weight is beyond 2^30 steps.
 *
 * @example
 * const { entropy_bits, fixed_bits } = rateOf([[0, 0.25, 0, -0.25]], 0.25);
 * console.log(`${entropy_bits} ${fixed_bits}`); // 1.5 2
 */
export function rateOf(arrays: Iterable<ArrayLike<number>>, step = RATE_STEP): Rate {
  if (!(step > 0)) throw new RangeError(`step ${step}: it must be above 0`);
  const counts = new Map<number, number>();
  let total = 0;
  for (const weights of arrays) {
    for (let i = 0; i < weights.length; i++) {
      const level = levelAt(weights[i] as number, step);
      counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    total += weights.length;
  }
  let [eg0, entropy, minimum, maximum] = [0, 0, 0, 0];
  for (const [level, count] of counts) {
    if (!(Math.abs(level) <= 2 ** 30))
      throw new RangeError(`step ${step}: a weight is beyond 2^30 steps`);
    const share = count / total;
    eg0 += share * expGolombBits(level);
    entropy -= share * Math.log2(share);
    [minimum, maximum] = [Math.min(minimum, level), Math.max(maximum, level)];
  }
  return {
    step,
    eg0_bits: eg0,
    entropy_bits: entropy,
    fixed_bits: Math.ceil(Math.log2(maximum - minimum + 1)),
  };
}
