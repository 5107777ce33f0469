import { checkModule, combinationalPaths } from "./analyse.ts";
import { Builder, building, builder as currentBuilder, type Driven } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { type Bundle, flattenPorts, type Io, mapPorts, type Side, valueAt } from "./ports.ts";
import { resolve } from "./resolve.ts";
import { operandNode, wrap } from "./signal.ts";
import { target } from "./state.ts";
import { checkNames } from "./verilog/names.ts";

/** A finished circuit: its IR and, for the type checker, its ports. */
export interface Module<P extends Bundle = Bundle> extends ir.ModuleIr {
  readonly ports: P;
}

export interface ModuleOptions<P extends Bundle> {
  /** A Verilog identifier. */
  readonly name: string;
  readonly description?: string;
  /** Shown in the header of the Verilog. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** Cycles from an input to the output that shows it. */
  readonly latency?: number;
  readonly ports: P;
}

/**
 * Builds a module: `body` reads `io`'s inputs and sets its outputs.
 *
 * @throws CircuitError when a signal is undriven, driven twice, of another module or in a combinational
 *   loop, when widths differ, a name is taken or reserved, or an input is never used.
 */
export function module<P extends Bundle>(
  options: ModuleOptions<P>,
  body: (io: Io<P>) => void,
): Module<P> {
  const { name, description, parameters = {}, latency, ports } = options;
  const location = Location.capture();
  const builder = new Builder(name);
  const portList = flattenPorts(ports);
  const io = mapPorts(portList, ({ name: portName, direction, type }) => {
    const common = { name: portName, type, width: type.width, location };
    if (direction === "input") {
      const node: ir.Input = Object.freeze({ kind: "input", ...common });
      builder.inputs.push(node);
      return wrap(type, node);
    }
    const node: ir.Wire = Object.freeze({ kind: "wire", ...common });
    builder.wires.push(node);
    builder.outputs.push(node);
    return target(type, node);
  });
  building(builder, () => body(io as Io<P>));

  const drivers = new Map<ir.Wire, ir.Node>();
  const registers = new Map<ir.Register, ir.Node>();
  for (const wire of builder.wires) drivers.set(wire, resolve(builder.body, wire));
  for (const register of builder.registers)
    registers.set(register, resolve(builder.body, register));
  const driven = new Map<Driven, ir.Node>([...drivers, ...registers]);
  checkModule(builder, driven);

  const { inputs, outputs, memories, reads, writes, instances, checks, named, unused } = builder;
  const result: Module<P> = Object.freeze({
    ...{ name, description, parameters, latency, location, ports, portList, drivers, registers },
    ...{ inputs, outputs, memories, reads, writes, instances, checks, named, unused },
    clocked:
      registers.size > 0 ||
      memories.length > 0 ||
      instances.some((instance) => instance.module.clocked),
    combinational: combinationalPaths(builder, driven),
  });
  checkNames(result);
  return result;
}

/**
 * Places a module inside the one being built; the hierarchy is kept in the Verilog.
 *
 * @param inputs a signal or a number for every input port; feedback goes through a `wire`.
 * @returns the output ports.
 * @throws CircuitError when an input is missing or has another type.
 */
export function instance<P extends Bundle>(
  name: string,
  child: Module<P>,
  inputs: Side<P, "input", "operand">,
): Side<P, "output", "signal"> {
  const builder = currentBuilder("instance");
  const location = Location.capture();
  const drivers = new Map<string, ir.Node>();
  const outputs: ir.InstanceOutput[] = [];
  const signals = mapPorts(child.portList, ({ name: port, path, direction, type }) => {
    if (direction === "input") {
      const value = valueAt(inputs, path);
      if (value === undefined) {
        throw new CircuitError(`input \`${port}\` of instance \`${name}\` is not driven`, location);
      }
      drivers.set(port, operandNode(type, value, `${name}.${port}`));
      return undefined;
    }
    const node: ir.InstanceOutput = Object.freeze({
      ...{
        kind: "instanceOutput" as const,
        instance: name,
        port,
        type,
        width: type.width,
        location,
      },
    });
    outputs.push(node);
    return wrap(type, node);
  });
  builder.instances.push({ name, module: child, inputs: drivers, outputs, location });
  return signals as Side<P, "output", "signal">;
}

/**
 * A circuit: a function from parameters to a module that builds every parameter set once, so that equal
 * parameters give the same module.
 */
export function circuit<Q extends object, P extends Bundle>(
  build: (parameters: Q) => Module<P>,
): (parameters: Q) => Module<P> {
  const built = new Map<string, Module<P>>();
  return (parameters) => {
    const entries = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(entries);
    const known = built.get(key) ?? build(parameters);
    built.set(key, known);
    return known;
  };
}
