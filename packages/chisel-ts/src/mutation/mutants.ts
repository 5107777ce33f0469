import { withPaths } from "../analyse.ts";
import { CircuitError } from "../errors.ts";
import { checkModule, modulesBelow } from "../hierarchy.ts";
import type * as ir from "../ir.ts";
import { lookup } from "../lookup.ts";
import type { Module } from "../module.ts";
import { isComputed } from "../nodes.ts";
import { mask } from "../operations.ts";
import { bitFaults, type Fault, literalFaults, operationFaults } from "./faults.ts";
import { nodesOf, rewrite } from "./rewrite.ts";
import { crossedInstances, forgottenRegister } from "./wiring.ts";

/** A circuit with one mistake in it. */
export interface Mutant {
  /** The module that the mistake is in. */
  readonly original: ir.ModuleIr;
  /** That module with the mistake. */
  readonly wrong: ir.ModuleIr;
  /** What was changed, where it was written: `sum: bit 3 stuck at 0 (hdl/product/rf8.ts:87)`. */
  readonly what: string;
  /** The whole circuit, with the mistake in every instance of that module. */
  readonly module: Module;
}

/**
 * Every circuit that differs from the given one by one small mistake: a bit of an operation's result or
 * of a register inverted or stuck, a literal one off, an operation taken for another, an operand left out or in the
 * wrong place, a choice that always goes one way, a slice one place beside, a register that is missing, that is never
 * written or that has a wrong reset value, an instance's output taken from its neighbour. Tests that tell them all from the
 * right one, but for those that do the same, leave little untested. Of a table one bit of each word is inverted.
 * Memories keep their contents; checks are not changed. A mistake that would close a combinational loop is left out.
 *
 * @example
 * const both = module({ name: "both", ports: { a: input(bool()), b: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.a.and(io.b)));
 * console.log([...mutants(both)].length > 0); // true
 */
export function* mutants(module: Module): Generator<Mutant> {
  checkModule(module);
  for (const original of modulesOf(module)) {
    for (const { make, what, addsPaths } of mutationsOf(original)) {
      // Most are looked at by their texts alone, so each is made when it is asked for; a loop has to be found first.
      const wrong = once(() => (addsPaths ? withPaths(make()) : make()));
      const whole = once(() => ({
        ...module,
        ...replaced(module, original, wrong(), addsPaths ? withPaths : (same) => same),
      }));
      if (addsPaths && !isCircuit(whole)) continue;
      yield {
        original,
        what,
        get wrong() {
          return wrong();
        },
        get module() {
          return whole();
        },
      };
    }
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Whether what is made has no combinational loop. */
function isCircuit(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (error instanceof CircuitError) return false;
    throw error;
  }
}

/** The top, then what it places, each module once. */
function modulesOf(top: ir.ModuleIr): ReadonlySet<ir.ModuleIr> {
  const found = new Set<ir.ModuleIr>();
  const stack = [top];
  for (let module = stack.pop(); module; module = stack.pop()) {
    // A black box is not ours to get wrong.
    if (found.has(module) || module.external) continue;
    found.add(module);
    for (const { module: child } of [...module.instances].reverse()) stack.push(child);
  }
  return found;
}

/**
 * The hierarchy with one module in the place of another.
 *
 * @param finish is given every module around it.
 */
function replaced(
  top: ir.ModuleIr,
  original: ir.ModuleIr,
  wrong: ir.ModuleIr,
  finish: (module: ir.ModuleIr) => ir.ModuleIr,
): ir.ModuleIr {
  const copies = new Map([[original, wrong]]);
  const copy = (module: ir.ModuleIr): ir.ModuleIr => copies.get(module) ?? module;
  // Children come first.
  for (const module of modulesBelow(top)) {
    if (module === original || !module.instances.some((item) => copies.has(item.module))) continue;
    const instances = module.instances.map((item) => ({ ...item, module: copy(item.module) }));
    copies.set(module, finish({ ...module, instances }));
  }
  return copy(top);
}

interface Mutation {
  make(): ir.ModuleIr;
  readonly what: string;
  /** Whether an output may depend on more inputs than before. */
  readonly addsPaths?: boolean;
}

function* mutationsOf(module: ir.ModuleIr): Generator<Mutation> {
  const names = new Map(module.named.map(({ node, name }) => [node, name]));
  for (const [wire, node] of module.drivers) if (!names.has(node)) names.set(node, wire.name);

  const nodes = nodesOf(module);
  for (const node of nodes) {
    if (!isComputed(node) && node.kind !== "constant") continue;
    yield* faultsAt(module, node, names.get(node) ?? textOf(node), faultsOf(node));
  }
  for (const table of module.tables) yield* wrongWords(module, table);
  for (const register of module.registers.keys()) {
    yield* faultsAt(module, register, register.name, bitFaults(register));
    yield* wrongResets(module, register);
    yield* faultyState(module, register);
  }
  for (const { node, other } of crossedInstances(module, nodes)) {
    yield {
      make: () => rewrite(module, { applies: (one) => one === node, replace: () => other }),
      what: `${node.instance}.${node.port}: that of ${other.instance} (${node.location})`,
      addsPaths: true,
    };
  }
}

/** A register that is never written, and one that was forgotten: its readers get what it is about to hold. */
function* faultyState(module: ir.ModuleIr, register: ir.Register): Generator<Mutation> {
  const next = module.registers.get(register);
  if (next === undefined || next === register) return;
  const at = `(${register.location})`;
  // Without a reset value it would never hold anything.
  if (register.reset !== undefined) {
    yield {
      make: () => ({ ...module, registers: new Map([...module.registers, [register, register]]) }),
      what: `${register.name}: never written ${at}`,
    };
  }
  const early = forgottenRegister(register, next);
  const edit = { applies: (node: ir.Node) => node === register, replace: () => early };
  yield {
    make: () => rewrite(module, edit),
    what: `${register.name}: not delayed ${at}`,
    addsPaths: true,
  };
}

function faultsOf(node: ir.Computed | ir.Constant): Fault[] {
  if (node.kind === "constant") return literalFaults(node);
  return [...(node.kind === "operation" ? operationFaults(node) : []), ...bitFaults(node)];
}

const textOf = (node: ir.Computed | ir.Constant): string =>
  node.kind === "constant"
    ? `the literal ${node.value}`
    : node.kind === "lookup"
      ? `the word of ${node.from.name}`
      : node.operation;

function* faultsAt(
  module: ir.ModuleIr,
  target: ir.Node,
  name: string,
  faults: readonly Fault[],
): Generator<Mutation> {
  for (const { what, replace } of faults) {
    yield {
      make: () => rewrite(module, { applies: (node) => node === target, replace }),
      what: `${name}: ${what} (${target.location})`,
    };
  }
}

/** In every word of a table one bit inverted, each time the next. */
function* wrongWords(module: ir.ModuleIr, table: ir.Table): Generator<Mutation> {
  for (const address of table.contents.keys()) {
    const bit = address % table.width;
    const contents = table.contents.map((word, place) =>
      place === address ? word ^ (1n << BigInt(bit)) : word,
    );
    const other: ir.Table = { ...table, contents };
    const applies = (node: ir.Node): boolean => node.kind === "lookup" && node.from === table;
    const replace = (node: ir.Node): ir.Node =>
      node.kind === "lookup" ? lookup(other, node.address, node.location) : node;
    const tables = module.tables.map((own) => (own === table ? other : own));
    yield {
      make: () => ({ ...rewrite(module, { applies, replace }), tables }),
      what: `${table.name}[${address}]: bit ${bit} inverted (${table.location})`,
    };
  }
}

/** Every bit of a register's reset value inverted. */
function* wrongResets(module: ir.ModuleIr, register: ir.Register): Generator<Mutation> {
  const { reset, width } = register;
  if (reset === undefined) return;
  for (let bit = 0; bit < width; bit++) {
    const other: ir.Register = { ...register, reset: (reset ^ (1n << BigInt(bit))) & mask(width) };
    const make = (): ir.ModuleIr => {
      const reading = rewrite(module, {
        applies: (node) => node === register,
        replace: () => other,
      });
      const registers = new Map(
        [...reading.registers].map(([key, next]) => [key === register ? other : key, next]),
      );
      return { ...reading, registers };
    };
    const bitName = width === 1 ? "" : `bit ${bit} `;
    yield {
      make,
      what: `${register.name}: ${bitName}wrong after a reset (${register.location})`,
    };
  }
}
