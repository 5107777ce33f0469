import { INTEGER_VALUES } from "../integer-value.ts";
import { type Block, blockOf } from "./block.ts";
import type { Constant } from "./constant.ts";
import { roundShift } from "./rounding.ts";

/** The places by which W, of 20 bits and a sign, is shifted left: a factor of the row then costs no bits. */
export const EMBEDDING_SHIFT = 10;

/**
 * A row of codes as a vector.
 *
 * @param exponent of a code's W
 * @param factor of the row where rows have any: mantissa · 2^(exponent − 16), exponent at most 0
 */
export function embedding(codes: Uint8Array, exponent: number, factor?: Constant): Block {
  const values = Int32Array.from(codes, (code) => {
    const value = (INTEGER_VALUES[code] as number) * 2 ** EMBEDDING_SHIFT;
    return factor ? roundShift(value * factor.mantissa, 16 - factor.exponent) : value;
  });
  return blockOf(values, exponent - EMBEDDING_SHIFT);
}
