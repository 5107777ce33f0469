import { checkBody, combinationalPaths } from "./analyse.ts";
import { Builder, building, builder as currentBuilder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import { checkModule } from "./hierarchy.ts";
import type * as ir from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { operandNode } from "./literal.ts";
import { Location } from "./location.ts";
import { needed } from "./needed.ts";
import { negation, operate } from "./operate.ts";
import {
  type Bundle,
  flattenPorts,
  type Io,
  isWholeBundle,
  mapPorts,
  type Side,
  valueAt,
} from "./ports.ts";
import { usualReset } from "./reset.ts";
import { resolve } from "./resolve.ts";
import { wrap } from "./signal-of.ts";
import { target } from "./state.ts";
import { writesIn } from "./statements.ts";
import { checkNames } from "./verilog/names.ts";

/** A finished circuit: its IR and, for the type checker, its ports. */
export interface Module<P extends Bundle = Bundle> extends ir.ModuleIr {
  readonly ports: P;
}

export interface ModuleOptions<P extends Bundle> {
  /** A Verilog identifier. */
  readonly name: string;
  /** The circuit that this is, and its parameters: for what asks a module what it is, as names need not say. */
  readonly origin?: ir.Origin;
  readonly description?: string;
  /** Shown in the header of the Verilog. */
  readonly parameters?: Readonly<Record<string, string | number | bigint>>;
  /** Cycles from an input to the output that shows it. */
  readonly latency?: number;
  readonly ports: P;
}

/**
 * Builds a module: `build` reads `io`'s inputs and sets its outputs.
 *
 * @throws CircuitError when a signal is undriven, driven twice, of another module or in a combinational
 *   loop, when widths differ, a name is taken or reserved, or an input is never used.
 *
 * @example
 * const adder = module({ name: "adder", ports: { a: input(uint(8)), b: input(uint(8)), sum: output(uint(9)) } }, (io) => {
 *   io.sum.set(io.a.add(io.b));
 * });
 * const dut = engines.wasm.open(adder);
 * [dut.in.a, dut.in.b] = [200n, 100n];
 * console.log(dut.out.sum); // 300
 */
export function module<P extends Bundle>(
  options: ModuleOptions<P>,
  build: (io: Io<P>) => void,
): Module<P> {
  checkKeys("a module", options, [
    "name",
    "origin",
    "description",
    "parameters",
    "latency",
    "ports",
  ]);
  const { name, origin, description, latency, ports } = options;
  const location = Location.capture();
  const parameters = plainParameters(options.parameters ?? {}, location);
  if (typeof build !== "function")
    throw needed("a function that builds the module", build, "module({ name, ports }, (io) => …)");
  const builder = new Builder(name);
  const portList = flattenPorts(ports);
  const io = mapPorts(ports, ({ name: portName, direction, type }) => {
    const common = { name: portName, type, width: type.width, location };
    if (direction === "input") {
      const node: ir.Input = Object.freeze({ kind: "input", ...common });
      builder.inputs.push(node);
      return wrap(type, node);
    }
    const node: ir.Wire = Object.freeze({ kind: "wire", ...common });
    builder.wires.add(node);
    builder.outputs.push(node);
    return target(type, node);
  });
  building(builder, () => build(io as Io<P>));

  const driven = resolve(builder.body, [...builder.wires, ...builder.registers]);
  const drivers = new Map<ir.Wire, ir.Node>();
  const registers = new Map<ir.Register, ir.Node>();
  for (const [target, node] of driven) {
    if (target.kind === "wire") drivers.set(target, node);
    else registers.set(target, node);
  }
  const writes = [...writesIn(builder.body)];
  const body = { builder, drivers: driven, writes };
  checkBody(body);

  const { inputs, outputs, memories, tables, reads, instances } = builder;
  const { displays, named, unused } = builder;
  const checks = [...builder.checks, ...neverCollides(reads, writes)];
  const clocked =
    registers.size > 0 ||
    memories.length > 0 ||
    instances.some((instance) => instance.module.clocked);
  const [printed] = displays;
  if (printed && !clocked) {
    throw new CircuitError(
      `display prints at clock edges, and \`${name}\` has no clock: no register, memory or instance with one`,
      printed.location,
    );
  }
  const result: Module<P> = Object.freeze({
    name,
    origin,
    description,
    parameters,
    latency,
    location,
    ports,
    portList,
    drivers,
    registers,
    inputs,
    outputs,
    memories,
    tables,
    reads,
    writes,
    instances,
    checks,
    displays,
    named,
    unused,
    external: undefined,
    clocked,
    reset: usualReset,
    combinational: combinationalPaths(body),
  });
  checkNames(result);
  return result;
}

/** Parameters as JSON holds them: what is no number of JSON becomes the text of one. */
function plainParameters(
  parameters: NonNullable<ModuleOptions<Bundle>["parameters"]>,
  location: Location,
): Record<string, string | number> {
  const plain = ([key, value]: [string, unknown]): [string, string | number] => {
    if (typeof value === "string" || Number.isFinite(value)) return [key, value as string | number];
    if (typeof value === "number") return [key, `${value}`];
    if (typeof value === "bigint") {
      const number = Number(value);
      return [key, Number.isSafeInteger(number) ? number : `${value}`];
    }
    throw new CircuitError(
      `parameter \`${key}\` of a module is a string or a number, not ${typeof value}`,
      location,
    );
  };
  return Object.fromEntries(Object.entries(parameters).map(plain));
}

/** An assertion for every pair of a read and a write of a memory whose words are never read as they are written. */
const neverCollides = (
  reads: readonly ir.MemoryReadPort[],
  writes: readonly ir.MemoryWritePort[],
): ir.Check[] =>
  reads.flatMap((read) => {
    const { memory, name, location } = read.node;
    const met = writes
      .filter((write) => write.memory === memory && memory.collision === "never")
      .map((write) => collides(read, write));
    const [first, ...others] = met;
    if (!first) return [];
    const any = others.reduce((some, one) => operate("or", [some, one]), first);
    const condition = negation(any, location);
    return [{ kind: "assert", label: `${memory.name}_${name}_apart`, condition, location }];
  });

/** That a port reads what another writes. */
const collides = (read: ir.MemoryReadPort, write: ir.MemoryWritePort): ir.Node => {
  const both = operate("and", [read.enable, write.enable]);
  if (read.address === write.address) return both;
  return operate("and", [both, operate("equal", [read.address, write.address])]);
};

/**
 * Places a module inside the one being built; the hierarchy is kept in the Verilog.
 *
 * @param inputs a signal or a number for every input port; feedback goes through a `wire`.
 * @returns the output ports.
 * @throws CircuitError when an input is missing or has another type.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * const twice = module({ name: "twice", ports: { x: input(bool()), y: output(bool()) } }, (io) => {
 *   const first = instance("first", inverter, { x: io.x });
 *   io.y.set(instance("second", inverter, { x: first.y }).y);
 * });
 * const dut = engines.wasm.open(twice);
 * dut.in.x = true;
 * console.log(dut.out.y); // true
 */
export function instance<P extends Bundle>(
  name: string,
  child: Module<P>,
  inputs: Side<P, "input", "operand">,
): Side<P, "output", "signal"> {
  const builder = currentBuilder("instance");
  checkModule(child, "instance(name, module, inputs)");
  const location = Location.capture();
  checkInputs(name, child, inputs);
  const drivers = new Map<string, ir.Node>();
  const outputs: ir.InstanceOutput[] = [];
  const signals = mapPorts(child.ports, ({ name: port, path, direction, type }) => {
    if (direction === "input") {
      const value = valueAt(inputs, path);
      if (value === undefined) {
        throw new CircuitError(`input \`${port}\` of instance \`${name}\` is not driven`, location);
      }
      drivers.set(port, operandNode(type, value, `${name}.${port}`));
      return undefined;
    }
    const node: ir.InstanceOutput = Object.freeze({
      kind: "instanceOutput" as const,
      instance: name,
      port,
      type,
      width: type.width,
      location,
    });
    outputs.push(node);
    return wrap(type, node);
  });
  builder.instances.push({ name, module: child, inputs: drivers, outputs, location });
  return signals as Side<P, "output", "signal">;
}

/**
 * @throws CircuitError for a key that is no input, at any depth: it would be passed over. Of a bundle that is passed on
 *   whole, an instance may take a part: a controller the valid and the last of a stream, and not its data.
 */
function checkInputs(name: string, { portList }: ir.ModuleIr, inputs: unknown): void {
  const paths = portList.filter(({ direction }) => direction === "input").map(({ path }) => path);
  const level = (given: unknown, where: string, below: readonly (readonly string[])[]): void => {
    // Signals and numbers; that something is missing, or no signal, is said where it is connected.
    const isPort = below.some((path) => path.length === 0);
    if (isPort || typeof given !== "object" || given === null) return;
    const parts = new Map<string, (readonly string[])[]>();
    for (const [key = "", ...rest] of below) {
      const known = parts.get(key);
      if (known) known.push(rest);
      else parts.set(key, [rest]);
    }
    // An array is a vector of ports.
    const keys = { ...given } as Readonly<Record<string, unknown>>;
    if (!isWholeBundle(given)) {
      checkKeys(`instance \`${where}\``, keys, [...parts.keys()], "input");
    }
    for (const [key, inner] of parts) level(keys[key], `${where}.${key}`, inner);
  };
  level(inputs, name, paths);
}
