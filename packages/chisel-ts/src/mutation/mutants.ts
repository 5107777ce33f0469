import { modulesBelow } from "../hierarchy.ts";
import type * as ir from "../ir.ts";
import { lookup } from "../lookup.ts";
import type { Module } from "../module.ts";
import { mask } from "../operations.ts";
import { bitFaults, type Fault, literalFaults, operationFaults } from "./faults.ts";
import { logicOf, rewrite } from "./rewrite.ts";

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
 * of a register inverted or stuck, a literal one off, an operation taken for another, a slice one place
 * beside, a wrong reset value. Tests that tell them all from the right one, but for those that do the same,
 * leave little untested. Of a table one bit of each word is inverted. Memories keep their contents; checks are not
 * changed.
 */
export function* mutants(module: Module): Generator<Mutant> {
  for (const original of modulesOf(module)) {
    for (const { wrong, what } of mutationsOf(original)) {
      yield { original, wrong, what, module: { ...module, ...replaced(module, original, wrong) } };
    }
  }
}

/** The top, then what it places, each module once. */
function modulesOf(top: ir.ModuleIr): ReadonlySet<ir.ModuleIr> {
  const found = new Set<ir.ModuleIr>();
  const stack = [top];
  for (let module = stack.pop(); module; module = stack.pop()) {
    if (found.has(module)) continue;
    found.add(module);
    for (const { module: child } of [...module.instances].reverse()) stack.push(child);
  }
  return found;
}

/** The hierarchy with one module in the place of another. */
function replaced(top: ir.ModuleIr, original: ir.ModuleIr, wrong: ir.ModuleIr): ir.ModuleIr {
  const copies = new Map([[original, wrong]]);
  const copy = (module: ir.ModuleIr): ir.ModuleIr => copies.get(module) ?? module;
  // Children come first.
  for (const module of modulesBelow(top)) {
    if (module === original || !module.instances.some((item) => copies.has(item.module))) continue;
    const instances = module.instances.map((item) => ({ ...item, module: copy(item.module) }));
    copies.set(module, { ...module, instances });
  }
  return copy(top);
}

interface Mutation {
  readonly wrong: ir.ModuleIr;
  readonly what: string;
}

function* mutationsOf(module: ir.ModuleIr): Generator<Mutation> {
  const names = new Map(module.named.map(({ node, name }) => [node, name]));
  for (const [wire, node] of module.drivers) if (!names.has(node)) names.set(node, wire.name);

  for (const node of logicOf(module)) {
    yield* faultsAt(module, node, names.get(node) ?? textOf(node), faultsOf(node));
  }
  for (const table of module.tables) yield* wrongWords(module, table);
  for (const register of module.registers.keys()) {
    yield* faultsAt(module, register, register.name, bitFaults(register));
    yield* wrongResets(module, register);
  }
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
      wrong: rewrite(module, { applies: (node) => node === target, replace }),
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
      wrong: { ...rewrite(module, { applies, replace }), tables },
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
    const reading = rewrite(module, { applies: (node) => node === register, replace: () => other });
    const registers = new Map(
      [...reading.registers].map(([key, next]) => [key === register ? other : key, next]),
    );
    const bitName = width === 1 ? "" : `bit ${bit} `;
    yield {
      wrong: { ...reading, registers },
      what: `${register.name}: ${bitName}wrong after a reset (${register.location})`,
    };
  }
}
