import { BIAS_MAX, BIAS_MIN } from "./code.ts";
import { floorLog2, split } from "./float-bits.ts";

/** The bias of a tensor, or channel, in which every weight is zero. */
const ALL_ZERO_BIAS = 15;

/**
 * The largest bias at which a tensor's max|w| does not saturate: max|w| <= 1.5 * 2^(15 - bias), the
 * largest value. (A weight that nearest would still round down to that value counts as saturated.)
 * Clamped to -128..127: beyond 1.5 * 2^143 weights saturate at every bias. 15 for max|w| = 0.
 * @throws RangeError for NaN, an infinity or a negative number
 *
 * @example
 * console.log(maxBias(0.5)); // 16
 */
export function maxBias(maxAbs: number): number {
  if (!(maxAbs >= 0 && maxAbs < Number.POSITIVE_INFINITY))
    throw new RangeError(`max|w| ${maxAbs}: a finite magnitude is needed`);
  if (maxAbs === 0) return ALL_ZERO_BIAS;
  const { significand, exponent } = split(maxAbs);
  const octave = floorLog2(significand);
  const within = 2n * significand <= 3n << octave;
  const bias = (within ? 15 : 14) - Number(octave) - exponent;
  return Math.min(BIAS_MAX, Math.max(BIAS_MIN, bias));
}
