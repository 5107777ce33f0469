import type { HardwareType } from "@chisel-ts/core";

/**
 * One value per cycle of one port. Numbers up to 32 bits, bigints above; a Bool is 0 or 1. Both are
 * exact: a double holds every 32-bit integer.
 */
export interface Column {
  readonly length: number;
  [cycle: number]: number | bigint;
}

/** Columns by flat port name. */
export type Columns = Readonly<Record<string, Column>>;
/** Input columns of a batch. */
export type Stimulus = Columns;
/** Output columns of a batch, one for every output port. */
export type Response = Columns;

type ArrayKind =
  | Uint8ArrayConstructor
  | Int8ArrayConstructor
  | Uint16ArrayConstructor
  | Int16ArrayConstructor
  | Uint32ArrayConstructor
  | Int32ArrayConstructor
  | BigUint64ArrayConstructor
  | BigInt64ArrayConstructor;

const unsignedArrays: readonly ArrayKind[] = [Uint8Array, Uint16Array, Uint32Array, BigUint64Array];
const signedArrays: readonly ArrayKind[] = [Int8Array, Int16Array, Int32Array, BigInt64Array];

/** The typed array of a port's column: the narrowest of 8, 16, 32 and 64 bits; none above 64 bits. */
const arrayOf = ({ kind, width }: HardwareType): ArrayKind | undefined =>
  (kind === "sint" ? signedArrays : unsignedArrays).find(
    (array) => width <= 8 * array.BYTES_PER_ELEMENT,
  );

/** A column of zeros: the narrowest typed array that holds the type, `bigint[]` above 64 bits. */
export function columnOf(type: HardwareType, length: number): Column {
  const array = arrayOf(type);
  return array ? new array(length) : new Array<bigint>(length).fill(0n);
}

/** Bytes of one value in a block of memory: 1, 2, 4, 8, and above that whole 64-bit words. */
export const elementBytes = (type: HardwareType): number =>
  arrayOf(type)?.BYTES_PER_ELEMENT ?? 8 * wordsOf(type.width);

export const wordsOf = (width: number): number => Math.ceil(width / 64);

/** A column of `length` elements that is a view of memory, for types of at most 64 bits. */
export function viewOf(
  type: HardwareType,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): NumberArray {
  const array = arrayOf(type) ?? BigUint64Array;
  return new array(buffer, offset, length) as NumberArray;
}

/** What the typed arrays have in common, whatever their elements. */
export interface NumberArray extends Column, ArrayBufferView {
  set(source: ArrayLike<unknown>, offset?: number): void;
  subarray(begin: number, end: number): NumberArray;
}

/** Whether a column is the very typed array of its type, so that its bytes can be copied as they are. */
export const isExactArray = (type: HardwareType, column: Column): column is NumberArray => {
  const array = arrayOf(type);
  return array !== undefined && column instanceof array;
};

/** A value as the columns of its type hold it. */
export const toElement = ({ width }: HardwareType, value: bigint): number | bigint =>
  width <= 32 ? Number(value) : value;
