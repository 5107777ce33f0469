import { enumeration, type SInt, type UInt } from "@chisel-ts/core";

/** Bytes of a descriptor. */
export const descriptorBytes = 64;

/** Bytes of the factor that ends the last beat of a row: a mantissa of 16 bits, a shift of 5, and zeros. */
export const factorBytes = 4;

/** Operations by their number. */
export const coreOperations = enumeration("operation", {
  End: 0,
  Embed: 1,
  Load: 2,
  Product: 3,
  Scores: 4,
  Softmax: 5,
  Means: 6,
  Norm: 7,
  Rotate: 8,
  Store: 9,
  Function: 10,
  Multiply: 11,
  Add: 12,
  Scale: 13,
});

/** The fields of a descriptor, from its bits (docs/core.md). @param addressBits of a byte address */
export function fieldsOf(word: UInt, addressBits: number) {
  const field = (byte: number, bits: number): UInt => word.bits(8 * byte + bits - 1, 8 * byte);
  const signed = (byte: number): SInt => field(byte, 16).asSInt();
  return {
    operation: field(0, 4),
    rowFactors: field(1, 8).bit(0),
    largest: field(1, 8).bit(1),
    spanGoesOn: field(1, 8).bit(2),
    twoTerms: field(1, 8).bit(3),
    targetVector: field(2, 5),
    sourceVector: field(3, 5),
    otherVector: field(4, 5),
    shift: field(5, 7),
    mantissa: field(6, 16),
    exponent: signed(8),
    constantExponent: signed(10),
    target: field(12, 32),
    source: field(16, 32),
    other: field(20, 32),
    rows: field(24, 32),
    columns: field(28, 32),
    address: field(32, addressBits),
    stride: field(48, 32),
    termStride: field(52, 32),
    positions: field(56, 32),
    positionStride: field(60, 32),
  };
}

export type CoreFields = ReturnType<typeof fieldsOf>;
