import { type Block, blockOf, type Mantissas, mantissas } from "./block.ts";
import { type Constant, constantOf } from "./constant.ts";
import { reciprocalRootOf } from "./root.ts";
import { roundShift, saturate } from "./rounding.ts";

/** Fraction bits of x / √Σx², which lies within ±1. */
const FRACTION = 20;

/** Bits of the products of the normalized value and the gain that are dropped, so that 32 remain. */
const DROPPED = 5;

/** An RMS norm of groups of elements. */
export interface NormParameters {
  /** Elements of a group. */
  readonly group: number;
  /** √group · gain; as many as a group has, or as the vector. */
  readonly gain: Mantissas;
  /** group · epsilon. */
  readonly epsilon: Constant;
}

/** The parameters of x / √(mean(x²) + epsilon) · gain. */
export const normParameters = (
  group: number,
  gain: Mantissas,
  epsilon: number,
): NormParameters => ({ group, gain, epsilon: constantOf(group * epsilon) });

/**
 * The lowest exponent of mantissas beside which group · epsilon stays below 2^47: smaller vectors keep fewer bits, as
 * epsilon is what divides them.
 */
export const minExponent = (epsilon: Constant): number => Math.ceil((epsilon.exponent - 47) / 2);

/**
 * x / √(Σx² + group · epsilon) · (√group · gain). The exponent of the result does not depend on x, so groups of a
 * vector stay one vector.
 */
export function norm(x: Block, { group, gain, epsilon }: NormParameters): Block {
  const input = mantissas(x, 16, minExponent(epsilon));
  const added = roundShift(epsilon.mantissa, 16 - epsilon.exponent + 2 * input.exponent);
  const values = new Int32Array(x.values.length);
  for (let start = 0; start < values.length; start += group) {
    let squares = added;
    for (let i = start; i < start + group; i++) squares += (input.values[i] as number) ** 2;
    const { mantissa, exponent } = reciprocalRootOf(Math.max(1, squares));
    for (let i = start; i < start + group; i++) {
      const scaled = roundShift((input.values[i] as number) * mantissa, 31 + exponent - FRACTION);
      const normalized = saturate(scaled, FRACTION + 1);
      const factor = gain.values[i % gain.values.length] as number;
      values[i] = roundShift(normalized * factor, DROPPED);
    }
  }
  return blockOf(values, gain.exponent - FRACTION + DROPPED);
}
