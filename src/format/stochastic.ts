import { CANONICAL_MAGNITUDES, type Code, integerValue, unit } from "./code.ts";
import { countReached, signed } from "./nearest.ts";
import type { RandomBits } from "./random.ts";

/** W of zero and the 112 positive canonical codes, ascending. */
export const LEVELS: Float64Array = Float64Array.from(CANONICAL_MAGNITUDES, integerValue);

/** From each level to the next; the largest has no next one. */
const gaps: Float64Array = LEVELS.map(
  (level, j) => (LEVELS[j + 1] ?? Number.POSITIVE_INFINITY) - level,
);

const positive = LEVELS.subarray(1);

const TWO_TO_32 = 0x1_0000_0000;

/**
 * One of the two canonical neighbours of a finite value: the upper with probability
 * (|w| - lower) / (upper - lower) rounded down to a multiple of 2^-32; beyond the largest value
 * saturated. Takes exactly one draw, whatever the value, so that the n-th weight of a stream always
 * meets the n-th draw. A representable value never moves.
 */
export function encodeStochastic(value: number, bias: number, random: RandomBits): Code {
  const draw = random.next();
  const magnitude = Math.abs(value);
  const lower = countReached(positive, unit(bias), magnitude);
  if (lower === positive.length) return signed(value, lower);
  return signed(value, roundsUp(magnitude / unit(bias), lower, draw) ? lower + 1 : lower);
}

/**
 * Whether a magnitude in units of W rounds up from LEVELS[lower]. Exact: x - lower is (lower is zero
 * or above x / 2: Sterbenz), (draw + 1) * gap is an integer below 2^50, and 2^32 is a power of two.
 * Where x = |w| / unit underflows it is below every (draw + 1) * gap * 2^-32, as |w| / unit is.
 * @param draw 32 bits, of either signedness
 */
export function roundsUp(x: number, lower: number, draw: number): boolean {
  const gap = gaps[lower] as number;
  return ((draw >>> 0) + 1) * gap <= (x - (LEVELS[lower] as number)) * TWO_TO_32;
}
