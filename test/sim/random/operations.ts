import { type Bool, concat, literal, mux, type SInt, type UInt, uint } from "@chisel-ts/core";
import type { OperationStep } from "./steps.ts";

/** How many results `apply` chooses among. */
export const operationCount = 41;

export const resize = (value: UInt, width: number): UInt =>
  value.width >= width ? value.truncate(width) : value.extend(width);

export const topBit = (value: UInt): Bool => value.bit(value.width - 1);

/** A literal's bits from a number: all zeros, all ones, or a pattern. */
export function pattern(n: number, width: number): bigint {
  const ones = (1n << BigInt(width)) - 1n;
  if (n % 5 === 0) return 0n;
  if (n % 5 === 1) return ones;
  let bits = BigInt(n);
  while (bits < ones) bits = (bits << 61n) | ((bits * 0x9e3779b97f4a7c15n) & (2n ** 61n - 1n));
  return bits & ones;
}

const cut = (value: UInt, width: number): UInt =>
  value.width > width ? value.truncate(Math.max(1, width)) : value;

/** Products grow with the square of their width: wider factors would take most of a run. */
const widestFactor = 640;

/** Whether a step shifts to the right by a distance of more bits than a word. */
export const isFarShift = ({ operation, c }: OperationStep): boolean =>
  (operation === 22 || operation === 23) && (c % 4 === 1 || c % 4 === 2);

/** Bits that operands may have at most. */
export interface Limits {
  /** Any value, results included. */
  readonly value: number;
  /** An operand of a signed product. */
  readonly factor: number;
  /** A shift's distance. */
  readonly distance: number;
}

/**
 * The result of a step; every operation of the table is reachable, also through signed signals. Operands
 * are cut so that no value on the way is wider than the limit.
 */
export function apply(s: OperationStep, [x, y, z]: readonly UInt[], limits: Limits): UInt {
  const limit = limits.value;
  if (!x || !y || !z) throw new Error("a step takes three operands");
  const same = resize(y, x.width);
  const [sx, sy]: readonly SInt[] = [x.asSInt(), same.asSInt()];
  const half = Math.min(limit >> 1, widestFactor);
  const [halfX, halfY] = [cut(x, half), cut(y, half)];
  const [factorX, factorY] = [cut(halfX, limits.factor), cut(halfY, limits.factor)];
  const third = (value: UInt): UInt => cut(value, Math.floor(limit / 3));
  const [lessX, lessY] = [cut(x, limit - 1), cut(y, limit - 1)];
  const small = resize(y, 1 + (s.n % 9));
  // Distances of more bits than a word: with ones above the low word, or with zeros there.
  const far = 65 + (s.n % 100);
  const distances = [
    () => y,
    () => (y.width <= far ? small.extend(far) : small.extend(y.width)),
    () => concat(topBit(z), small.extend(far)),
  ];
  const by = s.c % 4 === 3 ? small : cut(distances[s.c % 4]!(), limits.distance);
  const left = resize(y, 1 + (s.n % 6));
  const shifted = cut(x, limit - (2 ** left.width - 1));
  const wider = Math.min(limit, x.width + (s.n % 70));
  const low = s.n % x.width;
  const high = low + (s.c % (x.width - low));
  const constant = literal(uint(x.width), pattern(s.n, x.width));
  const results: (() => UInt)[] = [
    () => x.not(),
    () => x.and(same),
    () => x.or(same),
    () => x.xor(same),
    () => x.addWrap(same),
    () => x.subWrap(same),
    () => lessX.add(lessY),
    () => lessX.sub(lessY).asUInt(),
    () => lessX.asSInt().sub(lessY.asSInt()).asUInt(),
    () => lessX.asSInt().negate().asUInt(),
    () => halfX.mul(halfY),
    () => factorX.asSInt().mul(factorY.asSInt()).asUInt(),
    () => x.eq(same).asUInt(),
    () => x.eq(constant).asUInt(),
    () => x.lt(same).asUInt(),
    () => x.ge(constant).asUInt(),
    () => sx!.lt(sy!).asUInt(),
    () => sx!.le(sy!).asUInt(),
    () => mux(topBit(z), x, same),
    () => mux(topBit(z), sx!, sy!).asUInt(),
    () => shifted.shiftLeftBy(left),
    () => shifted.asSInt().shiftLeftBy(left).asUInt(),
    () => x.shiftRightBy(by),
    () => sx!.shiftRightBy(by).asUInt(),
    () => x.bits(high, low),
    () => concat(third(x), third(y), third(z)),
    () => topBit(x).replicate(1 + (s.n % Math.min(limit, 150))),
    () => x.extend(wider),
    () => sx!.extend(wider).asUInt(),
    () => x.andReduce().asUInt(),
    () => x.orReduce().asUInt(),
    () => x.xorReduce().asUInt(),
    () => constant,
    () => x.or(constant.not()).andReduce().asUInt(),
    () => mux(topBit(z), constant, x),
    () => mux(topBit(z), x, constant),
    () => x.addWrap(constant),
    () => constant.subWrap(x),
    () => x.shiftLeftByWrap(by),
    () => sx!.shiftLeftByWrap(by).asUInt(),
    () => x.shiftLeftWrap(s.n % (x.width + 2)),
  ];
  if (results.length !== operationCount) throw new Error(`there are ${results.length} results`);
  return results[s.operation % operationCount]!();
}
