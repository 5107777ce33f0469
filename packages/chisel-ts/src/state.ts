import { builder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { operandNode } from "./literal.ts";
import { Location } from "./location.ts";
import { buildShape, isType, type ResetsOf, type Shape, type TargetsOf } from "./shape.ts";
import type { Signal } from "./signal.ts";
import { type SignalOf, type Target, wrap } from "./signal-of.ts";
import type { Driven } from "./statements.ts";
import { type HardwareType, toBits } from "./types.ts";

/** The signal of a node that `set` drives. */
export function target<T extends HardwareType>(type: T, node: Driven): Target<SignalOf<T>> {
  const set = (value: unknown): void =>
    builder("set").drive(node, operandNode(type, value, node.name));
  return Object.assign(wrap(type, node), { set }) as unknown as Target<SignalOf<T>>;
}

/**
 * A combinational signal that may be read before the line that drives it, or one for each type of a shape: their
 * names continue `name` with `_` and the key or index.
 */
export function wire<T extends HardwareType>(name: string, type: T): Target<SignalOf<T>>;
export function wire<S extends Shape>(name: string, shape: S): TargetsOf<S>;
export function wire(name: string, shape: Shape): unknown {
  const location = Location.capture();
  const { wires } = builder("wire");
  return buildShape(shape, name, (type, own) => {
    const node: ir.Wire = Object.freeze({
      kind: "wire",
      name: own,
      type,
      width: type.width,
      location,
    });
    wires.add(node);
    return target(type, node);
  });
}

/**
 * A rising-edge register. Reading it gives the present value, `set` the next one; where nothing sets
 * it, it keeps its value. A shape makes one register for each of its types, whose names continue `name` with `_` and
 * the key or index.
 *
 * @param options.reset loaded while the synchronous, active-high reset is 1; without it the register
 *   starts unknown. For a shape: one number for all of it, or values in its form.
 * @example
 * const taken = register("taken", { weight: uint(8), last: bool() }, { reset: 0 });
 */
export function register<T extends HardwareType>(
  name: string,
  type: T,
  options?: { readonly reset?: number | bigint | boolean },
): Target<SignalOf<T>>;
export function register<S extends Shape>(
  name: string,
  shape: S,
  options?: { readonly reset?: ResetsOf<S> },
): TargetsOf<S>;
export function register(
  name: string,
  shape: Shape,
  options: { readonly reset?: ResetsOf<Shape> } = {},
): unknown {
  checkKeys("a register", options, ["reset"]);
  const { reset } = options;
  const location = Location.capture();
  const { registers } = builder("register");
  checkResets(shape, reset, name);
  return buildShape(shape, name, (type, own, path) => {
    const value = reset === undefined ? undefined : resetAt(reset, path, own, location);
    const node: ir.Register = Object.freeze({
      kind: "register",
      name: own,
      type,
      width: type.width,
      reset: value === undefined ? undefined : toBits(type, value, `\`${own}\` at reset`, location),
      location,
    });
    registers.add(node);
    return target(type, node);
  });
}

/** @throws CircuitError for a key of the reset values that the shape has not. */
function checkResets(shape: Shape, reset: unknown, name: string): void {
  if (isType(shape) || typeof reset !== "object" || reset === null) return;
  const values = { ...reset } as Readonly<Record<string, unknown>>;
  checkKeys(`the reset of \`${name}\``, values, Object.keys(shape));
  for (const [key, inner] of Object.entries(shape))
    checkResets(inner, values[key], `${name}_${key}`);
}

/** The reset value of a part of a shape: its own, or that of the whole. */
function resetAt(
  reset: unknown,
  path: readonly string[],
  name: string,
  location: Location,
): number | bigint | boolean {
  let value = reset;
  for (const key of path) {
    if (typeof value !== "object" || value === null) break;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  // A register of one type: whatever it is, its type says whether it fits.
  const isOwn = path.length === 0 || (typeof value !== "object" && value !== undefined);
  if (isOwn) return value as number | bigint | boolean;
  throw new CircuitError(
    `\`${name}\` has no reset value where others of its shape have one`,
    location,
  );
}

/** Gives combinational values names that reach the Verilog and the waves. */
export function named<R extends Readonly<Record<string, Signal>>>(signals: R): R {
  const owner = builder("named");
  for (const [name, { type, node }] of Object.entries(signals)) {
    if (node.kind !== "constant") owner.named.push({ name, type, node });
  }
  return signals;
}

/** Says that these signals are not used on purpose. */
export function unused(...signals: readonly Signal[]): void {
  builder("unused").unused.push(...signals.map((signal) => signal.node));
}
