import type { HardwareType, ir } from "@chisel-ts/core";
import { SimulationError } from "./errors.ts";

/** A signal that has a name in the source, and where it is. */
export interface NamedSignal {
  /** Instance names from the top to the module that holds it. */
  readonly path: readonly string[];
  readonly module: ir.ModuleIr;
  readonly name: string;
  readonly type: HardwareType;
  readonly node: ir.Node;
}

type Local = Pick<NamedSignal, "name" | "type" | "node">;

/** Ports, wires, registers, memory reads and named values of one module; the first of a name counts. */
export function localSignals(module: ir.ModuleIr): ReadonlyMap<string, Local> {
  const signals = new Map<string, Local>();
  const add = (name: string, type: HardwareType, node: ir.Node): void => {
    if (!signals.has(name)) signals.set(name, { name, type, node });
  };
  const nodes = [
    ...module.inputs,
    ...module.drivers.keys(),
    ...module.registers.keys(),
    ...module.reads.map((read) => read.node),
  ];
  for (const node of nodes) add(node.name, node.type, node);
  for (const { name, type, node } of module.named) add(name, type, node);
  return signals;
}

/** @throws SimulationError when an instance or the signal does not exist, with the names that do. */
export function findSignal(top: ir.ModuleIr, hierarchicalName: string): NamedSignal {
  const path = hierarchicalName.split(".");
  const name = path.pop() ?? "";
  let module = top;
  path.forEach((step, depth) => {
    const instance = module.instances.find((candidate) => candidate.name === step);
    if (!instance) {
      const place = [top.name, ...path.slice(0, depth)].join(".");
      throw new SimulationError(
        `peek ${hierarchicalName}: ${place} has no instance ${step}; it has ${list(module.instances.map((item) => item.name))}`,
      );
    }
    module = instance.module;
  });
  const signals = localSignals(module);
  const signal = signals.get(name);
  if (!signal) {
    throw new SimulationError(
      `peek ${hierarchicalName}: ${[top.name, ...path].join(".")} has no signal ${name}; it has ${list([...signals.keys()])}`,
    );
  }
  return { path, module, ...signal };
}

const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));
