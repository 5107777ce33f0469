import { type HardwareType, literal, type Signal, type UInt, uint } from "@chisel-ts/core";
import { resize } from "./operations.ts";

/** One value of the width of the widest, which shows a change in any single one of them. */
export const fold = (values: readonly UInt[]): UInt =>
  values.reduce(
    (sum, value, i) => {
      const width = Math.max(sum.width, value.width);
      const [a, b] = [resize(sum, width), resize(value, width)];
      return i % 2 === 0 ? a.xor(b) : a.addWrap(b);
    },
    literal(uint(1), 0),
  );

/** More pieces than this are not worth their operations: the low bits stand for the value. */
const mostPieces = 24;

/** A value in at most `width` bits, to which all its bits contribute: the exclusive or of its pieces. */
export function squeeze(value: UInt, width: number): UInt {
  if (value.width <= width) return value;
  if (width === 1) return value.xorReduce().asUInt();
  if (value.width > width * mostPieces) return value.truncate(width);
  let all = value.truncate(width);
  for (let low = width; low < value.width; low += width) {
    const high = Math.min(low + width, value.width) - 1;
    all = all.xor(resize(value.bits(high, low), width));
  }
  return all;
}

/** A value as a signal of a type. */
export function convert(value: UInt, type: HardwareType): Signal {
  const bits = resize(squeeze(value, type.width), type.width);
  return type.kind === "uint" ? bits : type.kind === "sint" ? bits.asSInt() : bits.bit(0);
}
