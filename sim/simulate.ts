import { type Bundle, fromBits, type ir, type Module, toBits } from "@chisel-ts/core";
import type { Backend } from "./backend.ts";
import { type Columns, columnOf, toElement } from "./columns.ts";
import type { Simulation } from "./engine.ts";
import { SimulationError } from "./errors.ts";
import { findSignal } from "./signals.ts";
import { checkColumn } from "./stimulus.ts";

/** A simulation on a backend in its state at the start: typed ports, checks, and the first reset. */
export function simulate<P extends Bundle>(module: Module<P>, backend: Backend): Simulation<P> {
  const inputs = module.portList.filter((port) => port.direction === "input");
  const outputs = module.portList.filter((port) => port.direction === "output");
  const held = inputs.map(() => 0n);
  let isOpen = true;
  const running = (): Backend => {
    if (!isOpen) throw new SimulationError(`the simulation of ${module.name} is closed`);
    return backend;
  };

  const set = (port: ir.PortInfo, index: number, value: bigint | boolean): void => {
    const bits = bitsOf(port, value);
    running().setInput(index, bits);
    held[index] = fromBits(port.type, bits);
  };

  const simulation = {
    in: record(inputs, (port, index) => ({
      get: () => asValue(port, held[index] ?? 0n),
      set: (value: bigint | boolean) => set(port, index, value),
    })),
    out: record(outputs, (port, index) => ({
      get: () => asValue(port, fromBits(port.type, running().output(index))),
    })),
    step: (cycles = 1) => running().step(checkCycles("step", cycles)),
    reset: () => running().reset(),
    peek: (name: string) => {
      const signal = findSignal(module, name);
      return fromBits(signal.type, running().peek(signal, name));
    },
    batch: (stimulus: Columns, cycles: number) => {
      checkCycles("batch", cycles);
      for (const name of Object.keys(stimulus)) {
        if (!inputs.some((port) => port.name === name)) {
          const names = inputs.map((port) => port.name).join(", ");
          throw new SimulationError(`batch: ${module.name} has no input ${name}; it has ${names}`);
        }
      }
      const columns = inputs.map((port, index) => {
        const column = stimulus[port.name];
        if (column) return checkColumn(port, column, cycles);
        return filled(port, held[index] ?? 0n, cycles);
      });
      const results = outputs.map((port) => columnOf(port.type, cycles));
      running().batch(columns, results, cycles);
      if (cycles > 0) {
        inputs.forEach((port, index) => {
          set(port, index, BigInt(columns[index]?.[cycles - 1] ?? 0));
        });
      }
      return Object.fromEntries(outputs.map((port, index) => [port.name, results[index]]));
    },
    close: () => {
      if (isOpen) backend.close();
      isOpen = false;
    },
  };
  backend.reset();
  return simulation as unknown as Simulation<P>;
}

function bitsOf(port: ir.PortInfo, value: bigint | boolean): bigint {
  try {
    return toBits(port.type, value);
  } catch (error) {
    throw new SimulationError(`input ${port.name}: ${(error as Error).message}`);
  }
}

const asValue = ({ type }: ir.PortInfo, value: bigint): bigint | boolean =>
  type.kind === "bool" ? value === 1n : value;

function checkCycles(what: string, cycles: number): number {
  if (Number.isSafeInteger(cycles) && cycles >= 0) return cycles;
  throw new SimulationError(`${what}: cycles must be a whole number ≥ 0, it is ${cycles}`);
}

function filled({ type }: ir.PortInfo, value: bigint, cycles: number): ReturnType<typeof columnOf> {
  const column = columnOf(type, cycles);
  (column as unknown as { fill(element: number | bigint): void }).fill(toElement(type, value));
  return column;
}

/** Nested accessors, one for every port at its path. */
function record(
  ports: readonly ir.PortInfo[],
  accessor: (port: ir.PortInfo, index: number) => PropertyDescriptor,
): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  ports.forEach((port, index) => {
    let level = root;
    for (const key of port.path.slice(0, -1)) {
      level[key] ??= {};
      level = level[key] as Record<string, unknown>;
    }
    const name = port.path.at(-1) ?? port.name;
    Object.defineProperty(level, name, { ...accessor(port, index), enumerable: true });
  });
  for (const level of levels(root)) Object.preventExtensions(level);
  return root;
}

function levels(record: Record<string, unknown>): object[] {
  const nested = Object.values(Object.getOwnPropertyDescriptors(record)).flatMap(({ value }) =>
    value === undefined ? [] : levels(value as Record<string, unknown>),
  );
  return [record, ...nested];
}
