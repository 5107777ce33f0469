import { concat } from "../concat.ts";
import { literal } from "../literal.ts";
import { mux as muxSignals } from "../mux.ts";
import { type Bool, Signal, type UInt } from "../signal.ts";
import { uint } from "../types.ts";
import { checkLength, mux, type Value, Vec } from "../vec.ts";
import { bitsFor } from "./math.ts";

/** The bits of a signal as a vector, the least significant first. */
export const bitsOf = (signal: Signal): Vec<Bool> =>
  new Vec(Array.from({ length: signal.width }, (_, index) => signal.bit(index)));

/**
 * Which bit is the first that is 1, counted from the least significant.
 *
 * @returns `index`, 0 where no bit is 1, and `valid`, whether one is.
 * @example
 * const { index, valid } = priorityEncoder(io.requests);
 */
export function priorityEncoder(requests: UInt | Vec<Bool>): {
  readonly index: UInt;
  readonly valid: Bool;
} {
  const bits = requests instanceof Vec ? requests : bitsOf(requests);
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
 */
export function oneHotMux<V extends Value>(
  selects: UInt | Vec<Bool>,
  values: Vec<V> | readonly V[],
): V {
  const bits = selects instanceof Vec ? selects : bitsOf(selects);
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

/** How many bits are 1, exactly. */
export function popCount(signal: Signal | Vec<Bool>): UInt {
  const bits = signal instanceof Vec ? signal : bitsOf(signal);
  const counts = bits.map((bit) => bit.asUInt());
  const sum = counts.reduceTree((a, b) => a.add(b));
  return sum.truncate(Math.min(sum.width, bitsFor(bits.length)));
}

/** The same bits, the most significant first become the least. */
export const reverse = (signal: Signal): UInt => concat(...bitsOf(signal));

/** The smaller of two signals of one type. */
export const minimum = <S extends Comparable<S>>(a: S, b: S): S => mux<Value>(a.lt(b), a, b) as S;

/** The larger of two signals of one type. */
export const maximum = <S extends Comparable<S>>(a: S, b: S): S => mux<Value>(a.lt(b), b, a) as S;

type Comparable<S> = Signal & { lt(other: S): Bool };
