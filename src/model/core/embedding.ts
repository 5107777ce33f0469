import { INTEGER_VALUES } from "../integer-value.ts";
import { type Block, blockOf } from "./block.ts";

/** The places by which W, of 20 bits and a sign, is shifted left. */
export const EMBEDDING_SHIFT = 10;

/**
 * A row of codes as a vector; the factor of the row, where rows have any, is a `scale` of it.
 *
 * @param exponent of a code's W
 */
export function embedding(codes: Uint8Array, exponent: number): Block {
  const values = Int32Array.from(
    codes,
    (code) => (INTEGER_VALUES[code] as number) * 2 ** EMBEDDING_SHIFT,
  );
  return blockOf(values, exponent - EMBEDDING_SHIFT);
}
