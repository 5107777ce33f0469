import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import type { Module } from "./module.ts";
import { needed } from "./needed.ts";
import type { Bundle } from "./ports.ts";

/**
 * A circuit: a function from parameters to a module that builds a parameter set once, so that equal
 * parameters give the same module as long as it is in use. Numbers, strings, symbols and other plain values are compared by value,
 * and so is what plain objects, arrays, maps, sets, dates and typed arrays hold. Functions, modules and
 * other objects are compared by identity.
 *
 * @throws CircuitError for parameters that contain themselves.
 *
 * @example
 * const constant = circuit(({ value }) =>
 *   module({ name: `constant_${value}`, ports: { y: output(uint(8)) } }, (io) => io.y.set(value)),
 * );
 * console.log(constant({ value: 3 }) === constant({ value: 3 })); // true
 */
export function circuit<Q extends object, P extends Bundle>(
  build: (parameters: Q) => Module<P>,
): (parameters: Q) => Module<P> {
  if (typeof build !== "function")
    throw needed(
      "a function from parameters to a module",
      build,
      "circuit(({ width }) => module(…))",
    );
  const root: Place<P> = { next: new Map() };
  return (parameters) => {
    let place = root;
    for (const token of tokensOf(parameters, new Set())) {
      const next: Place<P> = place.next.get(token) ?? { next: new Map() };
      place.next.set(token, next);
      place = next;
    }
    const known = place.module?.deref();
    if (known) return known;
    const module = build(parameters);
    place.module = new WeakRef(module);
    return module;
  };
}

/** Where a sequence of tokens has led: parameter sets are leaves of a tree. */
interface Place<P extends Bundle> {
  readonly next: Map<unknown, Place<P>>;
  /** Whoever goes through many parameter sets needs no memory for those that are no longer in use. */
  module?: WeakRef<Module<P>>;
}

/** Tokens that no parameter can be. */
const marks = {
  object: Symbol("object"),
  array: Symbol("array"),
  map: Symbol("map"),
  set: Symbol("set"),
  date: Symbol("date"),
  bytes: Symbol("bytes"),
  negativeZero: Symbol("-0"),
  end: Symbol("end"),
};

/** What a value is, as a sequence in which equal tokens mean equal values. */
function* tokensOf(value: unknown, around: Set<object>): Generator<unknown> {
  if (typeof value !== "object" || value === null) {
    yield Object.is(value, -0) ? marks.negativeZero : value;
    return;
  }
  if (around.has(value)) {
    throw new CircuitError("a parameter of a circuit contains itself", Location.capture());
  }
  around.add(value);
  yield* partsOf(value, around);
  around.delete(value);
}

function* partsOf(value: object, around: Set<object>): Generator<unknown> {
  const each = function* (items: Iterable<unknown>): Generator<unknown> {
    for (const item of items) yield* tokensOf(item, around);
    yield marks.end;
  };
  if (value instanceof Map) yield* [marks.map, ...each([...value].flat())];
  else if (value instanceof Set) yield* [marks.set, ...each(value)];
  else if (value instanceof Date) yield* [marks.date, ...each([value.getTime()])];
  else if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    yield* [marks.bytes, value.constructor, ...each(bytes)];
  } else if (Array.isArray(value)) yield* [marks.array, ...each(value)];
  else if (isPlain(value)) {
    const keys = Object.keys(value).sort();
    const entries = keys.flatMap((key) => [key, (value as Record<string, unknown>)[key]]);
    yield* [marks.object, ...each(entries)];
  } else yield value;
}

/** An object whose properties are all there is to it. A module, which has maps, goes by identity. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.getOwnPropertySymbols(value).length === 0 && !("portList" in value);
}
