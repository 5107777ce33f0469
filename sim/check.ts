// Checks values, counts and columns that a caller passes in.

import { type HardwareType, type ir, rangeOf, typeName } from "@chisel-ts/core";
import { type Column, columnOf } from "./column.ts";

/** A value that was given, for a message. */
export function described(value: unknown): string {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? `the number ${value} (write ${value}n)` : `${value}`;
    case "bigint":
      return `${value}n`;
    case "string":
      return `the string ${JSON.stringify(value)}`;
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    default:
      return typeof value === "function" ? "a function" : String(value);
  }
}

/** The range of a type for a message: `0 to 255`. */
function rangeText(type: HardwareType): string {
  const { kind, width } = type;
  if (width > 64)
    return kind === "sint" ? `-2^${width - 1} to 2^${width - 1} - 1` : `0 to 2^${width} - 1`;
  const { minimum, maximum } = rangeOf(type);
  return `${minimum} to ${maximum}`;
}

/**
 * The bits of a value that a port is given: a boolean for Bool, otherwise a bigint.
 *
 * @throws RangeError naming the port, its type and its range.
 */
export function portBits(name: string, type: HardwareType, value: unknown): bigint {
  if (type.kind === "bool") {
    if (typeof value === "boolean") return value ? 1n : 0n;
    const given = value === 0n || value === 1n || value === 0 || value === 1;
    const remedy = given ? ` (write ${Boolean(value)})` : "";
    throw new RangeError(
      `${name} is Bool and takes a boolean, true or false, not ${typeof value === "number" ? value : described(value)}${remedy}`,
    );
  }
  return integerBits(name, type, value);
}

/**
 * The bits of an integer, 0n or 1n for a Bool.
 *
 * @throws RangeError naming the signal, its type and its range.
 */
export function integerBits(name: string, type: HardwareType, value: unknown): bigint {
  if (typeof value !== "bigint") {
    throw new RangeError(
      `${name} is ${typeName(type)} and takes a bigint, ${rangeText(type)}, not ${described(value)}`,
    );
  }
  const bits = BigInt.asUintN(type.width, value);
  const back = type.kind === "sint" ? BigInt.asIntN(type.width, bits) : bits;
  if (back !== value) {
    throw new RangeError(`${name} is ${typeName(type)}: ${value} is not in ${rangeText(type)}`);
  }
  return bits;
}

/** A number of cycles; engines count them in 32 bits. @throws RangeError */
export function checkedCount(cycles: unknown): number {
  if (typeof cycles === "number" && Number.isInteger(cycles) && cycles >= 0 && cycles < 2 ** 31) {
    return cycles;
  }
  const text = typeof cycles === "number" ? String(cycles) : described(cycles);
  throw new RangeError(`${text} cycles: a whole number from 0 to 2147483647 is needed`);
}

/** @throws RangeError for what is no engine, such as its name. */
export function checkEngine(engine: unknown): void {
  const given = engine as { readonly open?: unknown } | null | undefined;
  if (typeof given?.open === "function") return;
  throw new RangeError(`an engine is needed, such as engines.wasm, not ${described(engine)}`);
}

/** A list of signal names. @throws RangeError when it is something else. */
export function namesIn(what: string, names: readonly string[]): readonly string[] {
  if (!Array.isArray(names)) {
    throw new RangeError(`${what} is a list of signal names, not ${described(names)}`);
  }
  const wrong = names.findIndex((name) => typeof name !== "string");
  if (wrong < 0) return names;
  throw new RangeError(
    `${what} is a list of signal names, element ${wrong} is ${described(names[wrong])}`,
  );
}

/** `Uint8Array`, `Array`: what a column is, wherever it was made. */
const kindOf = (column: unknown): string =>
  ArrayBuffer.isView(column)
    ? String(
        (column as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? "DataView",
      )
    : Array.isArray(column)
      ? "Array"
      : described(column);

/**
 * A column must have the type of its port, an element for each lane in each cycle, and values in range.
 *
 * @throws RangeError naming the port, its type and, where a value is wrong, the cycle and the lane.
 */
export function checkColumn(
  module: ir.ModuleIr,
  { name, type }: ir.PortInfo,
  column: unknown,
  { cycles, lanes = 1 }: { readonly cycles: number; readonly lanes?: number | undefined },
): asserts column is Column {
  const [wanted, given] = [kindOf(columnOf(type, 0)), kindOf(column)];
  if (given !== wanted) {
    const words = wanted === "Array" ? "an Array of bigints" : wanted;
    throw new RangeError(
      `the column of ${module.name}.${name} (${typeName(type)}) must be ${words}, not ${given}`,
    );
  }
  const values = column as Column;
  const count = cycles * lanes;
  if (values.length < count) {
    const each = lanes === 1 ? "" : ` of ${lanes} lanes`;
    throw new RangeError(
      `the column of ${name} has ${values.length} elements, ${cycles} cycles${each} are asked for`,
    );
  }
  if (!Array.isArray(values) && values.BYTES_PER_ELEMENT * 8 === type.width) return;
  if (values instanceof Uint8Array && onlyLowBits(values.subarray(0, count), type.width)) return;
  const { minimum, maximum } = rangeOf(type);
  const wide = Array.isArray(values) || type.width > 32;
  const [low, high] = wide ? [minimum, maximum] : [Number(minimum), Number(maximum)];
  const place = (at: number): string =>
    lanes === 1 ? `cycle ${at}` : `cycle ${Math.floor(at / lanes)} of lane ${at % lanes}`;
  for (let at = 0; at < count; at++) {
    const value = values[at];
    if (value === undefined || (wide && typeof value !== "bigint")) {
      throw new RangeError(
        `${name} is ${typeName(type)} and takes bigints, ${rangeText(type)}: ${place(at)} has ${described(value)}`,
      );
    }
    if (value < low || value > high) {
      throw new RangeError(
        `${name} is ${typeName(type)}: ${value} in ${place(at)} is not in ${rangeText(type)}`,
      );
    }
  }
}

/** Whether no byte has a bit above the low ones: four bytes at a time where they stand so. */
function onlyLowBits(bytes: Uint8Array, width: number): boolean {
  const { buffer, byteOffset, length } = bytes;
  const whole = byteOffset % 4 === 0 ? length >> 2 : 0;
  const words = new Uint32Array(buffer, whole > 0 ? byteOffset : 0, whole);
  let seen = 0;
  const fours = whole & ~3;
  for (let at = 0; at < fours; at += 4)
    seen |=
      (words[at] as number) |
      (words[at + 1] as number) |
      (words[at + 2] as number) |
      (words[at + 3] as number);
  for (let at = fours; at < whole; at++) seen |= words[at] as number;
  for (let at = 4 * whole; at < length; at++) seen |= bytes[at] as number;
  const above = (0xff << width) & 0xff;
  return (seen & (above * 0x01010101)) === 0;
}
