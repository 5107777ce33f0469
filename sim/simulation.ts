import {
  type Bundle,
  fromBits,
  type HardwareType,
  type ir,
  type Module,
  rangeOf,
  typeName,
  valueAt,
} from "@chisel-ts/core";
import { type Column, type Columns, columnOf, setElement } from "./column.ts";
import type { InProcessSimulation, Simulation } from "./engine.ts";
import { typeOfSignal } from "./signals.ts";
import { putSnapshot, randomSnapshot, type StateElement, takeSnapshot } from "./state.ts";

/** What an engine provides; values are bit patterns, ports and signals go by their flat names. */
export interface Backend {
  write(port: string, bits: bigint): void;
  read(port: string): bigint;
  /** Rising edges; `reset` holds the reset input at 1. */
  edges(cycles: number, reset: boolean): void;
  /** Bits of a watched signal; `undefined` when there is none of that name. */
  peek(name: string): { readonly type: HardwareType; readonly bits: bigint } | undefined;
  /** Columns are complete, long enough and in range. */
  batch(stimulus: Columns, cycles: number): Columns;
  close(): void;
}

/** A backend that shows its state. */
export interface StateBackend extends Backend {
  state(): readonly StateElement[];
}

/** The typed interface of a module on a backend that shows its state. */
export function inProcessSimulation<P extends Bundle>(
  module: Module<P>,
  backend: StateBackend,
): InProcessSimulation<P> {
  const { simulation: base, live } = start(module, backend);
  const elements = (): readonly StateElement[] => live().state();
  return Object.assign(base, {
    poke(name: string, value: bigint) {
      const port = module.portList.find((p) => p.direction === "input" && p.name === name);
      const register = elements().find((element) => element.name === name && element.words === 1);
      const type = port?.type ?? (register && typeOfSignal(module, name));
      if (!type) throw new RangeError(`${module.name} has no input or register ${name}`);
      const bits = inRange(name, type, value);
      const given = type.kind === "bool" ? value === 1n : value;
      if (!port) register?.write(0, bits);
      else
        Object.assign(Object(valueAt(base.in, port.path.slice(0, -1))), {
          [port.path.at(-1) ?? name]: given,
        });
    },
    save: () => takeSnapshot(elements()),
    restore: (snapshot: ReadonlyMap<string, readonly bigint[]>) =>
      putSnapshot(elements(), snapshot),
    randomize: (seed: number) => putSnapshot(elements(), randomSnapshot(elements(), seed)),
  });
}

/** The typed interface of a module on a backend whose state is 0; it starts with a cycle of reset. */
export const simulation = <P extends Bundle>(module: Module<P>, backend: Backend): Simulation<P> =>
  start(module, backend).simulation;

/** The simulation, and what gives the backend for as long as it is open. */
function start<P extends Bundle, B extends Backend>(
  module: Module<P>,
  backend: B,
): { readonly simulation: Simulation<P>; readonly live: () => B } {
  const held = new Map<string, bigint>();
  const inputs = module.portList.filter((port) => port.direction === "input");
  for (const { name } of inputs) held.set(name, 0n);
  backend.edges(1, true);
  let open = true;
  const live = (): B => {
    if (!open) throw new Error(`the simulation of ${module.name} is closed`);
    return backend;
  };

  const accessors = (direction: "input" | "output"): Record<string, unknown> => {
    const root: Record<string, unknown> = {};
    for (const port of module.portList.filter((p) => p.direction === direction)) {
      const { name, type, path } = port;
      const get = (): bigint | boolean => {
        const bits = direction === "input" ? (held.get(name) ?? 0n) : live().read(name);
        return type.kind === "bool" ? bits === 1n : fromBits(type, bits);
      };
      const set = (value: unknown): void => {
        const bits = checked(name, type, value);
        held.set(name, bits);
        live().write(name, bits);
      };
      const level = path.slice(0, -1).reduce<Record<string, unknown>>((parent, key) => {
        if (!Object.hasOwn(parent, key)) parent[key] = {};
        return parent[key] as Record<string, unknown>;
      }, root);
      const property = { enumerable: true, get, ...(direction === "input" ? { set } : {}) };
      Object.defineProperty(level, path.at(-1) ?? name, property);
    }
    return root;
  };

  const simulation: Simulation<P> = {
    in: accessors("input") as Simulation<P>["in"],
    out: accessors("output") as Simulation<P>["out"],
    step: (cycles = 1) => live().edges(checkedCount(cycles), false),
    reset: () => live().edges(1, true),
    peek(name) {
      const found = live().peek(name);
      if (!found)
        throw new RangeError(`${module.name} has no signal ${name}, or watch does not list it`);
      return fromBits(found.type, found.bits);
    },
    batch(stimulus, cycles) {
      checkedCount(cycles);
      const complete = Object.fromEntries(
        inputs.map((port) => {
          // A port may be called like something that every object inherits.
          const given = Object.hasOwn(stimulus, port.name) ? stimulus[port.name] : undefined;
          const column = given ?? constantColumn(port, held.get(port.name) ?? 0n, cycles);
          checkColumn(module, port, column, cycles);
          return [port.name, column];
        }),
      );
      const unknown = Object.keys(stimulus).find((name) => !Object.hasOwn(complete, name));
      if (unknown !== undefined) throw new RangeError(`${module.name} has no input ${unknown}`);
      const response = live().batch(complete, cycles);
      if (cycles > 0) {
        for (const { name, type } of inputs) {
          const last = BigInt.asUintN(type.width, BigInt(complete[name]?.[cycles - 1] ?? 0));
          held.set(name, last);
          backend.write(name, last);
        }
      }
      return response;
    },
    close() {
      if (open) backend.close();
      open = false;
    },
  };
  return { simulation, live };
}

function checkedCount(cycles: number): number {
  // Engines count cycles in 32 bits.
  if (Number.isInteger(cycles) && cycles >= 0 && cycles < 2 ** 31) return cycles;
  throw new RangeError(`${cycles} cycles: a whole number from 0 to 2147483647 is needed`);
}

function checked(name: string, type: HardwareType, value: unknown): bigint {
  if (type.kind === "bool" ? typeof value !== "boolean" : typeof value !== "bigint") {
    throw new RangeError(
      `${name} is ${typeName(type)} and takes a ${type.kind === "bool" ? "boolean" : "bigint"}`,
    );
  }
  return inRange(name, type, BigInt(value as bigint | boolean));
}

/** The bits of an integer, 0 or 1 for a Bool. */
function inRange(name: string, type: HardwareType, integer: bigint): bigint {
  const { least, greatest } = rangeOf(type);
  if (integer < least || integer > greatest) {
    throw new RangeError(
      `${name} is ${typeName(type)}: ${integer} is not in ${least} to ${greatest}`,
    );
  }
  return BigInt.asUintN(type.width, integer);
}

function constantColumn({ type }: ir.PortInfo, bits: bigint, cycles: number): Column {
  const column = columnOf(type, cycles);
  const value = fromBits(type, bits);
  for (let cycle = 0; cycle < cycles; cycle++) setElement(column, cycle, value);
  return column;
}

/** A column must have the type of its port, `cycles` elements, and values in range. */
function checkColumn(
  module: ir.ModuleIr,
  { name, type }: ir.PortInfo,
  column: Column,
  cycles: number,
): void {
  const model = columnOf(type, 0);
  if (column.constructor !== model.constructor) {
    throw new RangeError(
      `the column of ${module.name}.${name} (${typeName(type)}) must be ${model.constructor.name}, not ${column.constructor.name}`,
    );
  }
  if (column.length < cycles) {
    throw new RangeError(
      `the column of ${name} has ${column.length} elements, ${cycles} cycles are asked for`,
    );
  }
  const full = !Array.isArray(column) && column.BYTES_PER_ELEMENT * 8 === type.width;
  if (full) return;
  const { least, greatest } = rangeOf(type);
  const wide = Array.isArray(column) || type.width > 32;
  const [low, high] = wide ? [least, greatest] : [Number(least), Number(greatest)];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const value = column[cycle] ?? 0;
    if (value < low || value > high) {
      throw new RangeError(
        `${name} is ${typeName(type)}: ${value} in cycle ${cycle} is not in ${least} to ${greatest}`,
      );
    }
  }
}
