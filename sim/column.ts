// The values of one port over many cycles, as a typed array.

import type { HardwareType } from "@chisel-ts/core";

/**
 * The values of one port over many cycles, an element a cycle: the narrowest typed array that holds the
 * port (signed for SInt, 0 and 1 for Bool), bigints above 64 bits.
 */
export type Column =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | bigint[];

/** Columns by flat port name. */
export type Columns = Readonly<Record<string, Column>>;

/** The typed array of a type's columns; none above 64 bits. */
function arrayOf({ kind, width }: HardwareType) {
  const signed = kind === "sint";
  if (width <= 8) return signed ? Int8Array : Uint8Array;
  if (width <= 16) return signed ? Int16Array : Uint16Array;
  if (width <= 32) return signed ? Int32Array : Uint32Array;
  if (width <= 64) return signed ? BigInt64Array : BigUint64Array;
  return undefined;
}

/** Elements of a column of bigints at most: each takes an object. */
const maxBigints = 2 ** 26;

/** A column of zeros for a type. @throws RangeError when there is no memory for so many. */
export function columnOf(type: HardwareType, length: number): Column {
  const TypedArray = arrayOf(type);
  try {
    if (TypedArray) return new TypedArray(length);
  } catch (cause) {
    throw tooLong(type, length, cause);
  }
  if (length > maxBigints) throw tooLong(type, length);
  return new Array<bigint>(length).fill(0n);
}

const tooLong = ({ width }: HardwareType, length: number, cause?: unknown): RangeError =>
  new RangeError(
    `a column of ${length} values of ${width} bits does not fit into memory; run fewer cycles at a time`,
    { cause },
  );

/** Bytes of one element as it is stored for the compiled engines: 1, 2, 4, 8, or whole 64-bit words. */
export const elementBytes = (width: number): number =>
  width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8 * Math.ceil(width / 64);

/** Stores an integer as the column's elements are stored. */
export function setElement(column: Column, index: number, value: bigint): void {
  if (
    Array.isArray(column) ||
    column instanceof BigInt64Array ||
    column instanceof BigUint64Array
  ) {
    column[index] = value;
  } else {
    column[index] = Number(value);
  }
}

/** A column's elements as bytes, little-endian, `elementBytes` each. */
export function columnBytes(column: Column, width: number): Uint8Array {
  if (!Array.isArray(column)) {
    return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  }
  const words = Math.ceil(width / 64);
  const flat = new BigUint64Array(column.length * words);
  column.forEach((value, index) => {
    const bits = BigInt.asUintN(width, value);
    for (let word = 0; word < words; word++) {
      flat[index * words + word] = BigInt.asUintN(64, bits >> BigInt(64 * word));
    }
  });
  return new Uint8Array(flat.buffer);
}

/**
 * The column of a type on a buffer of such bytes, which becomes the column's own where that is a typed
 * array. Elements of up to 64 bits are complete: those of a signed port have come sign-extended.
 */
export function columnOn(type: HardwareType, buffer: ArrayBuffer): Column {
  const { kind, width } = type;
  const TypedArray = arrayOf(type);
  if (TypedArray) return new TypedArray(buffer);
  const words = Math.ceil(width / 64);
  const flat = new BigUint64Array(buffer);
  return Array.from({ length: flat.length / words }, (_, index) => {
    let value = 0n;
    for (let word = words - 1; word >= 0; word--)
      value = (value << 64n) | (flat[index * words + word] as bigint);
    return kind === "sint" ? BigInt.asIntN(width, value) : value;
  });
}

/** Room for a column's elements. @throws RangeError when there is no memory for so many. */
export function bytesFor(type: HardwareType, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(elementBytes(type.width) * length);
  } catch (cause) {
    throw tooLong(type, length, cause);
  }
}
