import {
  bitLength,
  constantOf,
  largestRow,
  type RowFactors,
  shiftWithin,
} from "../../model/core/index.ts";
import { type Model, type Rf8Codes, rowFactor, tensorOf } from "../../network/index.ts";
import { InferenceError } from "../run/error.ts";

/** A matrix as the core multiplies by it. */
export interface CoreMatrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly codes: Uint8Array;
  /** Of W, or where rows have factors, of the power of two above the largest. */
  readonly exponent: number;
  /** By which sums are shifted to 32 bits. */
  readonly shift: number;
  readonly factors?: RowFactors;
}

/** Bits that a sum may have: the models compute in doubles, whose sums and roundings are exact so far. */
const SUM_BITS = 52;

/** @throws InferenceError for a tensor that is no RF8 matrix, and for rows whose sum may be longer than 52 bits. */
export function coreMatrix(model: Pick<Model, "tensors">, name: string, bits: number): CoreMatrix {
  const { shape, rf8 } = tensorOf(model, name);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined || !rf8)
    throw new InferenceError(`tensor ${name} is no RF8 matrix; quantize the model first`);
  const { codes } = rf8;
  const bound = largestRow({ codes, start: 0, rows, columns, stride: columns }) * 2 ** (bits - 1);
  if (bitLength(bound) >= SUM_BITS)
    throw new InferenceError(
      `tensor ${name}: the sum of a row may need ${bitLength(bound) + 1} bits; the core has ${SUM_BITS}`,
    );
  const { exponent, factors } = rowFactors(rf8, rows);
  return {
    name,
    rows,
    columns,
    codes,
    exponent,
    shift: shiftWithin(bound),
    ...(factors && { factors }),
  };
}

/** One power of two, or mantissas below the power of two above the largest factor; those 2^32 smaller become 0. */
function rowFactors(
  rf8: Rf8Codes,
  rows: number,
): { readonly exponent: number; readonly factors?: RowFactors } {
  const [bias = 0] = rf8.biases;
  if (!rf8.scales && rf8.biases.every((other) => other === bias)) return { exponent: -bias - 4 };
  const constants = Array.from({ length: rows }, (_, row) => constantOf(rowFactor(rf8, row)));
  const exponent = constants.reduce((maximum, one) => Math.max(maximum, one.exponent), -Infinity);
  const shifts = Uint8Array.from(constants, (one) => Math.min(exponent - one.exponent, 31));
  const mantissas = Uint16Array.from(constants, (one) =>
    exponent - one.exponent > 31 ? 0 : one.mantissa,
  );
  return { exponent, factors: { mantissas, shifts } };
}
