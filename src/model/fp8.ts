/** A layout of the OCP 8-bit Floating Point Specification: 1 sign bit, then the exponent, then the mantissa. */
export interface Fp8Layout {
  readonly mantissaBits: number;
  readonly bias: number;
  /** What an exponent of all ones means: infinities and NaN, or numbers but for the largest mantissa. */
  readonly allOnes: "infinities" | "numbers";
}

export const E4M3: Fp8Layout = { mantissaBits: 3, bias: 7, allOnes: "numbers" };
export const E5M2: Fp8Layout = { mantissaBits: 2, bias: 15, allOnes: "infinities" };

/**
 * The number, infinity or NaN that a code stands for:
 * (−1)^S · 2^(E − bias) · (1 + M/2^m), or (−1)^S · 2^(1 − bias) · M/2^m where E = 0.
 */
export function fp8Value(code: number, { mantissaBits, bias, allOnes }: Fp8Layout): number {
  const mantissas = 2 ** mantissaBits;
  const sign = code >= 0x80 ? -1 : 1;
  const exponent = Math.floor((code % 0x80) / mantissas);
  const mantissa = code % mantissas;
  if (exponent === 2 ** (7 - mantissaBits) - 1) {
    if (allOnes === "infinities")
      return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (mantissa === mantissas - 1) return Number.NaN;
  }
  return exponent === 0
    ? sign * 2 ** (1 - bias) * (mantissa / mantissas)
    : sign * 2 ** (exponent - bias) * (1 + mantissa / mantissas);
}
