import { checkSignal } from "../check-signal.ts";
import { concat } from "../concat.ts";
import { literal } from "../literal.ts";
import { mux as muxSignals } from "../mux.ts";
import { needed } from "../needed.ts";
import { Bool, SInt, Signal, UInt } from "../signal.ts";
import { uint } from "../types.ts";
import { checkLength, checkValue, mux, type Value, Vec } from "../vec.ts";
import { bitsFor } from "./math.ts";

/**
 * The bits of a signal as a vector, the least significant first.
 *
 * @example
 * const odd = module({ name: "parity", ports: { x: input(uint(8)), y: output(bool()) } }, (io) => {
 *   io.y.set(bitsOf(io.x).reduceTree((a, b) => a.xor(b)));
 * });
 * const dut = engines.wasm.open(odd);
 * dut.in.x = 0b0111n;
 * console.log(dut.out.y); // true
 */
export function bitsOf(signal: Signal): Vec<Bool> {
  checkSignal(signal, "bitsOf(io.x)");
  return new Vec(Array.from({ length: signal.width }, (_, index) => signal.bit(index)));
}

/** The bits of a signal, or bits as they are given. */
function flags(given: Signal | Vec<Bool>, remedy: string): Vec<Bool> {
  if (!(given instanceof Vec)) return bitsOf(checkSignal(given, remedy));
  for (const bit of given)
    if (!(bit instanceof Bool)) throw needed("a vector of Bools", given, remedy);
  return given;
}

/**
 * Which bit is the first that is 1, counted from the least significant.
 *
 * @returns `index`, 0 where no bit is 1, and `valid`, whether one is.
 *
 * @example
 * const first = module({ name: "first", ports: { requests: input(uint(4)), index: output(uint(2)), valid: output(bool()) } }, (io) => {
 *   const { index, valid } = priorityEncoder(io.requests);
 *   io.index.set(index);
 *   io.valid.set(valid);
 * });
 * const dut = engines.wasm.open(first);
 * dut.in.requests = 0b1100n;
 * console.log(`${dut.out.index} ${dut.out.valid}`); // 2 true
 */
export function priorityEncoder(requests: UInt | Vec<Bool>): {
  readonly index: UInt;
  readonly valid: Bool;
} {
  const bits = flags(requests, "priorityEncoder(io.requests)");
  const type = uint(bitsFor(bits.length - 1));
  const index = bits
    .map((bit, place) => ({ bit, place }))
    .reverse()
    .reduce<UInt>(
      (later, { bit, place }) => muxSignals(bit, literal(type, place), later),
      literal(type, 0),
    );
  return { index, valid: bits.reduceTree((a, b) => a.or(b)) };
}

/**
 * The value whose select is 1; 0 where none is, and the bitwise or where several are.
 *
 * @throws CircuitError when there are more or fewer selects than values, or none.
 *
 * @example
 * const chosen = module({ name: "chosen", ports: { select: input(uint(2)), y: output(uint(8)) } }, (io) => {
 *   io.y.set(oneHotMux(io.select, [literal(uint(8), 10), literal(uint(8), 20)]));
 * });
 * const dut = engines.wasm.open(chosen);
 * dut.in.select = 0b10n;
 * console.log(dut.out.y); // 20
 */
export function oneHotMux<V extends Value>(
  selects: UInt | Vec<Bool>,
  values: Vec<V> | readonly V[],
): V {
  const remedy = "oneHotMux(io.select, [a, b])";
  const bits = flags(selects, remedy);
  if (!(values instanceof Vec || Array.isArray(values))) throw needed("a list", values, remedy);
  for (const value of values) checkValue(value, remedy);
  checkLength(bits.length, values.length);
  return bits
    .zip(values)
    .map(([bit, value]) => masked(bit, value))
    .reduceTree(either) as V;
}

const masked = (bit: Bool, value: Value): Value =>
  eachSignal(value, (signal) => onlyIf(bit, signal));

const onlyIf = (bit: Bool, signal: Signal): Signal =>
  sameType(signal, bit.replicate(signal.width).and(signal.asUInt()));

function either(left: Value, right: Value): Value {
  if (left instanceof Signal) return sameType(left, left.asUInt().or((right as Signal).asUInt()));
  if (left instanceof Vec)
    return left.zip(right as Vec<Value>).map(([one, other]) => either(one, other));
  const others = right as Readonly<Record<string, Value>>;
  return Object.fromEntries(
    Object.entries(left).map(([name, one]) => [name, either(one, others[name] as Value)]),
  );
}

function eachSignal(value: Value, make: (signal: Signal) => Signal): Value {
  if (value instanceof Signal) return make(value);
  if (value instanceof Vec) return value.map((inner) => eachSignal(inner, make));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, eachSignal(inner, make)]),
  );
}

/** Bits as the type of another signal of that width. */
function sameType(model: Signal, bits: UInt): Signal {
  if (model.type.kind === "sint") return bits.asSInt();
  return model.type.kind === "bool" ? bits.bit(0) : bits;
}

/**
 * How many bits are 1, exactly.
 *
 * @example
 * const count = module({ name: "ones", ports: { x: input(uint(8)), y: output(uint(4)) } }, (io) => io.y.set(popCount(io.x)));
 * const dut = engines.wasm.open(count);
 * dut.in.x = 0b1011n;
 * console.log(dut.out.y); // 3
 */
export function popCount(signal: Signal | Vec<Bool>): UInt {
  const bits = flags(signal, "popCount(io.x)");
  const counts = bits.map((bit) => bit.asUInt());
  const sum = counts.reduceTree((a, b) => a.add(b));
  return sum.truncate(Math.min(sum.width, bitsFor(bits.length)));
}

/**
 * The same bits, the most significant first become the least.
 *
 * @example
 * const mirrored = module({ name: "mirrored", ports: { x: input(uint(4)), y: output(uint(4)) } }, (io) => io.y.set(reverse(io.x)));
 * const dut = engines.wasm.open(mirrored);
 * dut.in.x = 0b0001n;
 * console.log(dut.out.y); // 8
 */
export const reverse = (signal: Signal): UInt => concat(...bitsOf(signal));

/**
 * The smaller of two signals of one type.
 *
 * @example
 * const smaller = module({ name: "smaller", ports: { a: input(sint(8)), b: input(sint(8)), y: output(sint(8)) } }, (io) => io.y.set(minimum(io.a, io.b)));
 * const dut = engines.wasm.open(smaller);
 * [dut.in.a, dut.in.b] = [-3n, 2n];
 * console.log(dut.out.y); // -3
 */
export const minimum = <S extends Comparable<S>>(a: S, b: S): S =>
  mux<Value>(isLess(a, b, "minimum(a, b)"), a, b) as S;

/**
 * The larger of two signals of one type.
 *
 * @example
 * const larger = module({ name: "larger", ports: { a: input(sint(8)), b: input(sint(8)), y: output(sint(8)) } }, (io) => io.y.set(maximum(io.a, io.b)));
 * const dut = engines.wasm.open(larger);
 * [dut.in.a, dut.in.b] = [-3n, 2n];
 * console.log(dut.out.y); // 2
 */
export const maximum = <S extends Comparable<S>>(a: S, b: S): S =>
  mux<Value>(isLess(a, b, "maximum(a, b)"), b, a) as S;

function isLess<S extends Comparable<S>>(a: S, b: S, remedy: string): Bool {
  for (const signal of [a, b])
    if (!(signal instanceof UInt || signal instanceof SInt))
      throw needed("a UInt or an SInt", signal, remedy);
  return a.lt(b);
}

type Comparable<S> = Signal & { lt(other: S): Bool };
