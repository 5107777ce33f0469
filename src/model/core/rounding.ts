/**
 * value / 2^shift to the nearest integer, ties towards +∞: floor(value / 2^shift + 1/2). The one rounding of the core:
 * in hardware a shift by one place less, an increment and a shift by one.
 *
 * Exact for integers below 2^52; a negative shift multiplies.
 *
 * @example roundShift(-5, 1) === -2; roundShift(5, 1) === 3
 */
export const roundShift = (value: number, shift: number): number =>
  Math.floor(value * 2 ** -shift + 0.5);

/** The nearest integer within two's complement of `bits`. */
export function saturate(value: number, bits: number): number {
  const limit = 2 ** (bits - 1);
  return Math.max(-limit, Math.min(limit - 1, value));
}

/** Bits of a natural number below 2^53; 0 has none. */
export function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 32 + bitLength(Math.floor(value / 2 ** 32));
}
