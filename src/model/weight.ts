import { E4M3, E5M2, type Fp8Layout, fp8Value } from "./fp8.ts";
import { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";

export type WeightFormat = "rf8" | "int8" | "e4m3" | "e5m2";

const byCode = (value: (code: number) => number): Float64Array =>
  Float64Array.from({ length: 256 }, (_, code) => value(code));

/** In units of the smallest subnormal, 2^(1 − bias − m); what is not finite has no integer. */
const fp8Integers = (layout: Fp8Layout): Float64Array =>
  byCode((code) => {
    const value = fp8Value(code, layout);
    return Number.isFinite(value)
      ? value * 2 ** (layout.bias + layout.mantissaBits - 1)
      : Number.NaN;
  });

/**
 * W of each of the 256 codes of each format, NaN for a code that is no number.
 *
 * The value is W·2^(−bias−4) for RF8, W for INT8 (two's complement), W·2^−9 for E4M3 and W·2^−16 for E5M2.
 * Doubles are exact: |W| < 2^32.
 */
export const INTEGER_WEIGHTS: Readonly<Record<WeightFormat, Float64Array>> = {
  rf8: byCode((code) => (isNaNCode(code) ? Number.NaN : (INTEGER_VALUES[code] as number))),
  int8: byCode((code) => (code < 0x80 ? code : code - 0x100)),
  e4m3: fp8Integers(E4M3),
  e5m2: fp8Integers(E5M2),
};

/** The maximum |W| of a format. */
export const largestWeight = (format: WeightFormat): number =>
  INTEGER_WEIGHTS[format].reduce(
    (largest, weight) => (Number.isNaN(weight) ? largest : Math.max(largest, Math.abs(weight))),
    0,
  );
