import type { FloatDtype } from "../format/index.ts";

/** Bits of one element of every dtype of safetensors. */
export const dtypeBits: ReadonlyMap<string, number> = new Map([
  ["F4", 4],
  ...["F6_E2M3", "F6_E3M2"].map((dtype) => [dtype, 6] as const),
  ...["BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"].map(
    (dtype) => [dtype, 8] as const,
  ),
  ...["I16", "U16", "F16", "BF16"].map((dtype) => [dtype, 16] as const),
  ...["I32", "U32", "F32"].map((dtype) => [dtype, 32] as const),
  ...["F64", "I64", "U64", "C64"].map((dtype) => [dtype, 64] as const),
]);

/**
 * Bytes of so many elements.
 *
 * @returns undefined where they fill no whole number of bytes, as three F4 do, or pass 2^53
 */
export function bytesOf(dtype: string, elements: number): number | undefined {
  const bits = dtypeBits.get(dtype) ?? Number.NaN;
  const bytes = bits < 8 ? (elements / 8) * bits : elements * (bits / 8);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The real factors of an RF8 tensor's rows: a value is its row's factor times the value of its code. */
export interface RowScales {
  /** The F32 tensor that stores them, in the same file. */
  readonly name: string;
  /** Positive and finite, one for each row of axis 0; empty before the file is read. */
  readonly values: Float32Array;
}

/** Weights that are stored as indexes of a palette, `bits` bits each. */
export interface Packing {
  /** 4 to 7: a sign above an index of bits − 1 bits. */
  readonly bits: number;
  /** Positive canonical codes in ascending order; index 0 stands for zero, i for palette[i − 1]. */
  readonly palette: readonly number[];
  /** Weights of a row; rows begin at bytes. */
  readonly columns: number;
}

/** How an RF8 tensor was encoded: one bias, or one for each row of axis 0, and what version 2 adds. */
export interface Rf8Info {
  readonly bias: number | readonly number[];
  readonly rounding: string | undefined;
  readonly scale?: RowScales;
  /** Where it is present, shape, elements and `byteLength` are those of the codes, not of what is stored. */
  readonly packing?: Packing;
}

/** Reads bytes of one of a checkpoint's files. */
export type ReadAt = (file: string, position: number, into: Uint8Array) => void;

/** How a tensor's float32 values follow from the bytes that are stored. */
export interface Computed {
  /** What is stored, in words, such as `F8_E4M3 with scales`. */
  readonly stored: string;
  /** Elements that are computed together: pieces begin at multiples of it. */
  readonly unit: number;
  /** Fills `out`, whole units, with the values from element `first` on. */
  read(first: number, out: Float32Array, read: ReadAt): void;
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
  /** Present where the bytes are not the values: dtype is then F32, and `byteLength` that of the values. */
  readonly computed?: Computed;
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
