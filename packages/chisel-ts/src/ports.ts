import { CircuitError } from "./errors.ts";
import type { PortInfo } from "./ir.ts";
import { Location } from "./location.ts";
import { needed } from "./needed.ts";
import { isType, type OperandsOf, type Shape, VecTarget } from "./shape.ts";
import type { Operand, SignalOf, Target } from "./signal-of.ts";
import type { HardwareType } from "./types.ts";
import type { Vec } from "./vec.ts";

export type Direction = "input" | "output";

/** One port: a direction, a type and a line for the reader. */
export interface Port<D extends Direction = Direction, T extends HardwareType = HardwareType> {
  readonly direction: D;
  readonly type: T;
  readonly description: string | undefined;
}

/** Ports by name, nested as deep as you like; flat names join the path with `_`. */
export interface Bundle {
  readonly [name: string]: PortItem;
}

/** One port, ports by name, or an array of them, whose names end in the index: `weight_0`, `weight_1`, … */
export type PortItem = Port | Bundle | readonly PortItem[];

/** The ports of a shape, all of one direction. */
export type PortsOf<S, D extends Direction> = S extends HardwareType
  ? Port<D, S>
  : S extends readonly (infer I)[]
    ? readonly PortsOf<I, D>[]
    : { readonly [K in keyof S]: PortsOf<S[K], D> };

const portsOf = (direction: Direction, shape: Shape, description: string | undefined): PortItem => {
  if (isType(shape)) return { direction, type: shape, description };
  if (Array.isArray(shape))
    return (shape as readonly Shape[]).map((inner) => portsOf(direction, inner, description));
  return Object.fromEntries(
    Object.entries(shape).map(([name, inner]) => [name, portsOf(direction, inner, description)]),
  );
};

/**
 * An input port of a type, or one for each type of a shape.
 *
 * @example
 * console.log(input(uint(8), "a code").direction); // input
 */
export function input<T extends HardwareType>(type: T, description?: string): Port<"input", T>;
export function input<S extends Shape>(shape: S, description?: string): PortsOf<S, "input">;
export function input(shape: Shape, description?: string): PortItem {
  return portsOf("input", shape, description);
}

/**
 * An output port of a type, or one for each type of a shape.
 *
 * @example
 * console.log(output(sint(40), "the sum").direction); // output
 */
export function output<T extends HardwareType>(type: T, description?: string): Port<"output", T>;
export function output<S extends Shape>(shape: S, description?: string): PortsOf<S, "output">;
export function output(shape: Shape, description?: string): PortItem {
  return portsOf("output", shape, description);
}

/**
 * So many of one thing: ports, types or shapes, the same for every index or made of it.
 *
 * @throws CircuitError unless `length` is a whole number of 1 or more.
 *
 * @example
 * const sum = module({ name: "sum", ports: { x: vec(4, input(uint(8))), y: output(uint(10)) } }, (io) => {
 *   io.y.set(io.x.reduceTree((a, b) => a.add(b)));
 * });
 * const dut = engines.wasm.open(sum);
 * for (let i = 0; i < 4; i++) dut.in.x[i] = 100n;
 * console.log(dut.out.y); // 400
 */
export function vec<I extends PortItem | Shape>(
  length: number,
  item: I | ((index: number) => I),
): readonly I[] {
  if (!Number.isSafeInteger(length) || length < 1)
    throw new CircuitError(
      `a vector has a whole number of elements, 1 or more, not ${length}`,
      Location.capture(),
    );
  return Object.freeze(
    Array.from({ length }, (_, index) => (typeof item === "function" ? item(index) : item)),
  );
}

type Opposite<D extends Direction> = D extends "input" ? "output" : "input";
export type Flipped<P> =
  P extends Port<infer D, infer T>
    ? Port<Opposite<D>, T>
    : P extends readonly (infer I)[]
      ? readonly Flipped<I>[]
      : { readonly [K in keyof P]: Flipped<P[K]> };

/**
 * The same ports seen from the other side: inputs become outputs and the reverse.
 *
 * @example
 * const ports = flip({ request: output(bool()), grant: input(bool()) });
 * console.log(`${ports.request.direction} ${ports.grant.direction}`); // input output
 */
export function flip<P extends PortItem>(ports: P): Flipped<P> {
  const turn = (item: PortItem): PortItem => {
    if (isPort(item))
      return { ...item, direction: item.direction === "input" ? "output" : "input" };
    if (isArray(item)) return item.map(turn);
    return Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, turn(inner)]));
  };
  return turn(ports) as Flipped<P>;
}

const isArray = (item: PortItem): item is readonly PortItem[] => Array.isArray(item);

export function isPort(item: PortItem): item is Port {
  checkPorts(item);
  return !isArray(item) && typeof item.direction === "string";
}

/** @throws CircuitError for what is neither a port nor several, as a type alone is none. */
function checkPorts(given: unknown): void {
  if (typeof given === "object" && given !== null && !isType(given as Shape)) return;
  throw needed("a port, or ports by name,", given, "input(uint(8)) and output(bool()) are ports");
}

/** What a module's body sees: inputs to read, outputs to set. */
export type Io<P> = Bundle extends P ? Loose : { readonly [K in keyof P]: IoOf<P[K]> };
/** Of ports that the type checker knows nothing about. */
type Loose = Readonly<Record<string, unknown>>;
type IoOf<I> = PortItem extends I
  ? unknown
  : I extends Port<infer D, infer T>
    ? D extends "input"
      ? SignalOf<T>
      : Target<SignalOf<T>>
    : I extends readonly (infer E)[]
      ? E extends Port<"output", infer T>
        ? VecTarget<Target<SignalOf<T>>, OperandsOf<T>>
        : Vec<IoOf<E>>
      : Io<I>;

/** The ports of one direction, as a record of the same shape; bundles without any are left out. */
export type Side<
  P,
  D extends Direction,
  Signals extends "signal" | "operand" | "value",
> = Bundle extends P ? Record<string, unknown> : KnownSide<P, D, Signals>;
type KnownSide<P, D extends Direction, Signals extends "signal" | "operand" | "value"> = {
  -readonly [K in keyof P as Has<P[K], D> extends true ? K : never]: SideOf<P[K], D, Signals>;
};
type SideOf<I, D extends Direction, S extends "signal" | "operand" | "value"> = PortItem extends I
  ? unknown
  : I extends Port<Direction, infer T>
    ? View<T, S>
    : I extends readonly (infer E)[]
      ? Several<SideOf<E, D, S>, S>
      : Side<I, D, S>;
/** The elements of a vector of ports: signals to read, operands to give, or values by index in a simulation. */
type Several<V, S> = S extends "signal"
  ? Vec<V>
  : S extends "operand"
    ? Vec<V> | readonly V[]
    : { [index: number]: V };
type Has<P, D extends Direction> = PortItem extends P
  ? true
  : P extends Port<infer E>
    ? E extends D
      ? true
      : false
    : P extends readonly (infer E)[]
      ? Has<E, D>
      : true extends { [K in keyof P]: Has<P[K], D> }[keyof P]
        ? true
        : false;
type View<T extends HardwareType, S> = S extends "signal"
  ? SignalOf<T>
  : S extends "operand"
    ? Operand<T>
    : ValueOf<T>;

/** A simulated value: a boolean for Bool, otherwise a bigint (exact at every width). */
export type ValueOf<T extends HardwareType> = T extends HardwareType<"bool"> ? boolean : bigint;

/** Every port of a bundle with its flat name, in the order in which they are written. */
export const flattenPorts = (bundle: Bundle): PortInfo[] => {
  const ports: PortInfo[] = [];
  mapPorts(bundle, (port) => ports.push(port));
  return ports;
};

const wholeBundles = new WeakSet<object>();

/** Whether a record is a bundle of a module's or an instance's ports, as it was made, not one that was put together. */
export const isWholeBundle = (record: object): boolean => wholeBundles.has(record);

/**
 * The form of a bundle with one value for every port that `choose` does not answer with `undefined`; arrays of ports
 * become vectors. What holds no value is left out.
 *
 * @example
 * const ports = { a: input(uint(8)), y: output(uint(4)) };
 * console.log(JSON.stringify(mapPorts(ports, ({ type }) => type.width))); // {"a":8,"y":4}
 */
export function mapPorts(
  bundle: Bundle,
  choose: (port: PortInfo) => unknown,
): Record<string, unknown> {
  const record = (ports: Bundle, path: readonly string[]): Record<string, unknown> => {
    checkPorts(ports);
    const all = Object.fromEntries(
      Object.entries(ports)
        .map(([name, item]) => [name, values(item, [...path, name])] as const)
        .filter(([, value]) => value !== undefined),
    );
    wholeBundles.add(all);
    return all;
  };
  const values = (item: PortItem, path: readonly string[]): unknown => {
    if (isPort(item)) return choose({ ...item, name: path.join("_"), path });
    if (isArray(item)) {
      const elements = item.map((inner, index) => values(inner, [...path, String(index)]));
      if (elements.every((element) => element === undefined)) return undefined;
      return new VecTarget(elements);
    }
    const inner = record(item, path);
    return Object.keys(inner).length === 0 ? undefined : inner;
  };
  return record(bundle, []);
}

/**
 * The value at a port's path in a nested record; `undefined` where there is none.
 *
 * @example
 * console.log(valueAt({ stream: { bits: 7 } }, ["stream", "bits"])); // 7
 */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (level, key) =>
      typeof level === "object" && level !== null && Object.hasOwn(level, key)
        ? (level as Record<string, unknown>)[key]
        : undefined,
    record,
  );
}
