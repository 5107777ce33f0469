import { bitLength } from "./rounding.ts";

/** ⌊√x⌋ of 32 bits: 16 bits, found digit by digit in hardware. */
export function squareRoot(x: number): number {
  const root = Math.floor(Math.sqrt(x));
  // √ of a double is correctly rounded, so the floor is at most one too high.
  return root * root > x ? root - 1 : root;
}

/** ⌊(2^31 − 1) / divisor⌋ for 2^15 ≤ divisor < 2^16: a mantissa of 16 bits, 2^15 at least. */
export const reciprocal = (divisor: number): number => Math.floor((2 ** 31 - 1) / divisor);

/** mantissa · 2^(−31 − exponent). */
export interface Factor {
  readonly mantissa: number;
  readonly exponent: number;
}

/**
 * 1 / divisor to 16 bits, for a positive integer below 2^53. What of the divisor is below its leading 16 bits is dropped.
 *
 * @example reciprocalOf(3) // ≈ 1 / 3 = mantissa · 2^(−31 − exponent)
 */
export function reciprocalOf(divisor: number): Factor {
  const exponent = bitLength(divisor) - 16;
  return { mantissa: reciprocal(Math.floor(divisor * 2 ** -exponent)), exponent };
}

/**
 * 1 / √x to 15 bits, for a positive integer below 2^53: the root of x shifted by an even number of places into
 * [2^30, 2^32), then its reciprocal. Both are exact integer functions, so the error is that of two truncations:
 * less than 2^−15 each.
 */
export function reciprocalRootOf(x: number): Factor {
  const exponent = Math.ceil(bitLength(x) / 2) - 16;
  return {
    mantissa: reciprocal(squareRoot(Math.floor(x * 2 ** (-2 * exponent)))),
    exponent,
  };
}
