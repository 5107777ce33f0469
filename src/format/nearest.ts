import {
  CANONICAL_MAGNITUDES,
  type Code,
  integerValue,
  SIGN_BIT,
  unit,
  ZERO_CODE,
} from "./code.ts";

const magnitudes: readonly number[] = Array.from(CANONICAL_MAGNITUDES, integerValue);

/**
 * Half way between canonical neighbours in units of W, ascending: exact, half the sum of two
 * integers below 2^20. The first, 7, is half the smallest non-zero value.
 */
export const MIDPOINTS: Float64Array = Float64Array.from(
  magnitudes.slice(1),
  (upper, j) => ((magnitudes[j] as number) + upper) / 2,
);

/** How many of the ascending thresholds, times the unit, are <= the magnitude. */
export function countReached(thresholds: Float64Array, step: number, magnitude: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((thresholds[middle] as number) * step <= magnitude) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The representable value nearest to a finite value; ties away from zero, beyond the largest value
 * saturated. Exact: midpoints times the unit are float64 values, and comparing those is exact.
 */
export function encodeNearest(value: number, bias: number): Code {
  return signed(value, countReached(MIDPOINTS, unit(bias), Math.abs(value)));
}

/** The code of the j-th canonical magnitude with a value's sign; zero has none. */
export function signed(value: number, j: number): Code {
  const code = CANONICAL_MAGNITUDES[j] as Code;
  return value < 0 && code !== ZERO_CODE ? code | SIGN_BIT : code;
}
