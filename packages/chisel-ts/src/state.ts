import { builder } from "./builder.ts";
import { checkSignal } from "./check-signal.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { operandNode } from "./literal.ts";
import { Location } from "./location.ts";
import { needed } from "./needed.ts";
import { buildShape, isType, type ResetsOf, type Shape, type TargetsOf } from "./shape.ts";
import { Signal } from "./signal.ts";
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
 *
 * @example
 * const ahead = module({ name: "ahead", ports: { x: input(uint(4)), y: output(uint(4)) } }, (io) => {
 *   const next = wire("next", uint(4));
 *   io.y.set(next);
 *   next.set(io.x.addWrap(1));
 * });
 * const dut = engines.wasm.open(ahead);
 * dut.in.x = 4n;
 * console.log(dut.out.y); // 5
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
 *
 * @example
 * const counter = module({ name: "counter", ports: { enable: input(bool()), count: output(uint(8)) } }, (io) => {
 *   const count = register("value", uint(8), { reset: 0 });
 *   when(io.enable, () => count.set(count.addWrap(1)));
 *   io.count.set(count);
 * });
 * const dut = engines.wasm.open(counter);
 * dut.in.enable = true;
 * dut.step(3);
 * console.log(dut.out.count); // 3
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

/**
 * Gives combinational values names that reach the Verilog and the waves.
 *
 * @example
 * const sum = module({ name: "sum", ports: { a: input(uint(4)), b: input(uint(4)), y: output(uint(5)) } }, (io) => {
 *   const { total } = named({ total: io.a.add(io.b) });
 *   io.y.set(total);
 * });
 * console.log(emitDesign(sum).files[0].text.includes("wire [4:0] total")); // true
 */
export function named<R extends Readonly<Record<string, Signal>>>(signals: R): R {
  const owner = builder("named");
  if (typeof signals !== "object" || signals === null || signals instanceof Signal)
    throw needed("a record of signals", signals, "named({ total: a.add(b) })");
  for (const [name, signal] of Object.entries(signals)) {
    const { type, node } = checkSignal(signal, "named({ total: a.add(b) })");
    if (node.kind !== "constant") owner.named.push({ name, type, node });
  }
  return signals;
}

/**
 * Says that these signals are not used on purpose.
 *
 * @example
 * const top = module({ name: "top_bit", ports: { x: input(uint(4)), y: output(bool()) } }, (io) => {
 *   unused(io.x.bits(2, 0));
 *   io.y.set(io.x.bit(3));
 * });
 * console.log(top.name); // top_bit
 */
export function unused(...signals: readonly Signal[]): void {
  const owner = builder("unused");
  for (const signal of signals) owner.unused.push(checkSignal(signal, "unused(io.x)").node);
}
