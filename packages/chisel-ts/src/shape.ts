import { needed } from "./needed.ts";
import { Signal, UInt } from "./signal.ts";
import type { Operand, SignalOf, Target } from "./signal-of.ts";
import { checkType, type HardwareType } from "./types.ts";
import { checkNames, Vec } from "./vec.ts";
import { when } from "./when.ts";

/** What a register, a wire or a word of a memory holds: one type, an array of shapes or a record of shapes. */
export type Shape = HardwareType | readonly Shape[] | { readonly [name: string]: Shape };

/** The signals of a shape. */
export type SignalsOf<S> = Shape extends S
  ? unknown
  : S extends HardwareType
    ? SignalOf<S>
    : S extends readonly (infer I)[]
      ? Vec<SignalsOf<I>>
      : { readonly [K in keyof S]: SignalsOf<S[K]> };

/** The signals of a shape, each of which can be driven. */
export type TargetsOf<S> = Shape extends S
  ? unknown
  : S extends HardwareType
    ? Target<SignalOf<S>>
    : S extends readonly (infer I)[]
      ? VecTarget<TargetsOf<I>, OperandsOf<I>>
      : { readonly [K in keyof S]: TargetsOf<S[K]> };

/** Signals or numbers for a shape. */
export type OperandsOf<S> = Shape extends S
  ? unknown
  : S extends HardwareType
    ? Operand<S>
    : S extends readonly (infer I)[]
      ? Vec<OperandsOf<I>> | readonly OperandsOf<I>[]
      : { readonly [K in keyof S]: OperandsOf<S[K]> };

/** Reset values for a shape: one for all of it, or one for each part. */
export type ResetsOf<S> =
  | number
  | bigint
  | boolean
  | (S extends HardwareType
      ? never
      : S extends readonly (infer I)[]
        ? readonly ResetsOf<I>[]
        : { readonly [K in keyof S]: ResetsOf<S[K]> });

/**
 * A vector of what can be driven.
 *
 * @example
 * const pair = module({ name: "pair", ports: { x: input(uint(4)), y: vec(2, output(uint(4))) } }, (io) => {
 *   io.y.set([io.x, io.x.not()]);
 * });
 * const dut = engines.wasm.open(pair);
 * dut.in.x = 3n;
 * console.log(`${dut.out.y[0]} ${dut.out.y[1]}`); // 3 12
 */
export class VecTarget<V, O> extends Vec<V> {
  /** Drives every element. @throws CircuitError unless there is one value for each. */
  set(values: Vec<O> | readonly O[]): void {
    for (const [target, value] of this.zip(values)) drive(target, value);
  }

  /** Drives the element that a signal says, and no other: beyond the last element none. */
  setAt(index: UInt, value: O): void {
    if (!(index instanceof UInt)) throw needed("a UInt", index, "vector.setAt(io.index, value)");
    for (let place = 0; place < Math.min(this.length, 2 ** index.width); place++)
      when(index.eq(place), () => drive(this.at(place), value));
  }
}

/** One type, not a record or an array of them. @throws CircuitError for what is none of the three. */
export function isType(shape: Shape): shape is HardwareType {
  if (typeof shape !== "object" || shape === null)
    throw needed("a type, or types by name,", shape, "uint(8), sint(8) and bool() are types");
  if (Array.isArray(shape)) return false;
  if (!(shape instanceof Signal) && typeof (shape as HardwareType).kind !== "string") return false;
  checkType(shape);
  return true;
}

/** Bits of everything in a shape. */
export const widthOf = (shape: Shape): number =>
  isType(shape)
    ? shape.width
    : Object.values(shape).reduce((sum, inner) => sum + widthOf(inner), 0);

/**
 * What `leaf` makes of every type of a shape, in the shape's own form.
 *
 * @param name of the whole; a part's name continues it with `_` and its key or index.
 */
export function buildShape(
  shape: Shape,
  name: string,
  leaf: (type: HardwareType, name: string, path: readonly string[]) => unknown,
  path: readonly string[] = [],
): unknown {
  if (isType(shape)) return leaf(shape, name, path);
  const part = (inner: Shape, key: string): unknown =>
    buildShape(inner, `${name}_${key}`, leaf, [...path, key]);
  if (Array.isArray(shape))
    return new VecTarget(
      (shape as readonly Shape[]).map((inner, index) => part(inner, String(index))),
    );
  return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, part(inner, key)]));
}

type Drivable<T> = T extends { set(value: never): void }
  ? true
  : T extends Signal
    ? false
    : T extends Vec<infer V>
      ? Drivable<V>
      : true extends { [K in keyof T]: Drivable<T[K]> }[keyof T]
        ? true
        : false;

/** What drives a target: values of its form, without a part that is no target. */
export type DriversOf<T> = T extends { set(value: infer O): void }
  ? O
  : T extends Vec<infer V>
    ? Vec<DriversOf<V>> | readonly DriversOf<V>[]
    : { readonly [K in keyof T as Drivable<T[K]> extends true ? K : never]: DriversOf<T[K]> };

/**
 * Drives every target within `target` from the value of the same form: bulk connection. Inputs within it, such as
 * the `ready` of a stream, are left alone.
 *
 * @throws CircuitError when lengths or names differ.
 *
 * @example
 * const pass = module({ name: "pass", ports: { from: { a: input(uint(4)), b: input(bool()) }, to: { a: output(uint(4)), b: output(bool()) } } }, (io) => {
 *   connect(io.to, io.from);
 * });
 * const dut = engines.wasm.open(pass);
 * [dut.in.from.a, dut.in.from.b] = [9n, true];
 * console.log(`${dut.out.to.a} ${dut.out.to.b}`); // 9 true
 */
export function connect<T extends object>(target: T, value: DriversOf<T>): void {
  drive(target, value);
}

type Parts = Readonly<Record<string, unknown>>;

function drive(target: unknown, value: unknown): void {
  if (isTarget(target)) target.set(value);
  else if (typeof target !== "object" || target === null || target instanceof Signal)
    throw needed("what can be driven", target, "connect(io.to, io.from)");
  else if (target instanceof Vec)
    for (const [inner, own] of target.zip(value as Vec<unknown>)) drive(inner, own);
  else {
    const [parts, values] = [target as Parts, Object(value) as Parts];
    const names = Object.keys(parts).filter((name) => isDrivable(parts[name]));
    checkNames(
      names,
      Object.keys(values).filter((name) => names.includes(name) || !(name in parts)),
    );
    for (const name of names) drive(parts[name], values[name]);
  }
}

/** A vector has a `set` too, but whether it can be driven is for its elements to say: those of inputs cannot. */
export const isTarget = (target: unknown): target is { set(value: unknown): void } =>
  typeof target === "object" &&
  target !== null &&
  !(target instanceof Vec) &&
  "set" in target &&
  typeof target.set === "function";

const isDrivable = (target: unknown): boolean =>
  isTarget(target) ||
  (typeof target === "object" &&
    target !== null &&
    !(target instanceof Signal) &&
    (target instanceof Vec ? [...target] : Object.values(target)).some(isDrivable));
