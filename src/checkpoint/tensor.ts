import type { FloatDtype } from "../format/index.ts";

/** Bytes of one element of every safetensors dtype. */
export const dtypeBytes: ReadonlyMap<string, number> = new Map([
  ...["BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3"].map((dtype) => [dtype, 1] as const),
  ...["I16", "U16", "F16", "BF16"].map((dtype) => [dtype, 2] as const),
  ...["I32", "U32", "F32"].map((dtype) => [dtype, 4] as const),
  ...["F64", "I64", "U64"].map((dtype) => [dtype, 8] as const),
]);

/** How an RF8 tensor was encoded: one bias, or one for each row of axis 0. */
export interface Rf8Info {
  readonly bias: number | readonly number[];
  readonly rounding: string | undefined;
}

/** A tensor and where its bytes are. Offsets and lengths are numbers: exact up to 2^53 bytes. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly byteLength: number;
  /** The file that holds it, and the position of its first byte there. */
  readonly file: string;
  readonly position: number;
  readonly rf8: Rf8Info | undefined;
}

export const isFloat = (dtype: string): dtype is FloatDtype =>
  dtype === "F64" || dtype === "F32" || dtype === "F16" || dtype === "BF16";

/** Elements of a row of axis 0. */
export const rowLength = (shape: readonly number[]): number =>
  shape.slice(1).reduce((product, size) => product * size, 1);

/**
 * The product of a shape, from the left; `undefined` once it is beyond 2^53, whatever follows. In numbers: a
 * product of two safe integers that rounds to a safe integer is exact.
 */
export function elementsOf(shape: readonly number[]): number | undefined {
  let product = 1;
  for (const size of shape) {
    product *= size;
    if (!Number.isSafeInteger(product)) return undefined;
  }
  return product;
}
