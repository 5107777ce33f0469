import { type Bool, concat, literal, mux, type UInt, uint } from "@chisel-ts/core";

interface Layout {
  readonly mantissaBits: number;
  /** Codes with the largest exponent: infinities and NaN all of them, or NaN where the mantissa is all ones. */
  readonly maxExponent: "infinities" | "numbers";
}

export const layouts: Readonly<Record<"e4m3" | "e5m2", Layout>> = {
  e4m3: { mantissaBits: 3, maxExponent: "numbers" },
  e5m2: { mantissaBits: 2, maxExponent: "infinities" },
};

/** An OCP FP8 code as ±significand · 2^exponent / 2, in units of the smallest number. */
export interface Fp8Fields {
  readonly negative: Bool;
  readonly exponent: UInt;
  readonly significand: UInt;
  readonly invalid: Bool;
}

/**
 * The significand is 1.mantissa as an integer, or twice 0.mantissa for exponent 0, which counts as 1: so a subnormal
 * needs no exponent of its own. What is no number has the significand 0.
 */
export function fp8Fields(code: UInt, { mantissaBits, maxExponent }: Layout): Fp8Fields {
  const exponent = code.bits(6, mantissaBits);
  const mantissa = code.bits(mantissaBits - 1, 0);
  const invalid = maxExponent === "infinities" ? exponent.andReduce() : code.bits(6, 0).andReduce();
  const normal = exponent.orReduce();
  const number = mux(normal, concat(normal, mantissa), mantissa.shiftLeft(1));
  const significand = mux(invalid, literal(uint(mantissaBits + 1), 0), number);
  return { negative: code.bit(7), exponent, significand, invalid };
}
