import { type HardwareType, type ir, operationRow } from "@chisel-ts/core";
import { Hierarchy, type Scope } from "./hierarchy.ts";

/** A combinational operation on slots, which are indices of values. */
export interface Cell {
  readonly slot: number;
  readonly operation: ir.Operation["operation"];
  readonly operands: readonly number[];
  readonly parameters: readonly number[];
}

export interface Port {
  readonly name: string;
  readonly type: HardwareType;
  readonly slot: number;
}

export interface RegisterCell {
  /** Hierarchical name. */
  readonly name: string;
  readonly slot: number;
  readonly next: number;
  readonly reset: bigint | undefined;
}

export interface MemoryCell {
  /** Hierarchical name. */
  readonly name: string;
  readonly memory: ir.Memory;
  readonly reads: readonly {
    readonly name: string;
    readonly slot: number;
    readonly address: number;
    readonly enable: number;
  }[];
  readonly writes: readonly {
    readonly address: number;
    readonly data: number;
    readonly enable: number;
  }[];
}

/** An instance that was not dissolved; its state is not in the netlist that holds it. */
export interface KeptInstance {
  /** Hierarchical name. */
  readonly name: string;
  readonly module: ir.ModuleIr;
  /** A slot for every input of the module, in its order. */
  readonly inputs: readonly number[];
}

/** A value inside a kept instance that is read outside of it. */
export interface Result {
  readonly slot: number;
  readonly instance: number;
  /** Its name within the instance: an output port, or a watched signal. */
  readonly signal: string;
  /** The inputs it depends on within the cycle, as places in the module's list. */
  readonly needs: readonly number[];
}

/** A module with its hierarchy dissolved, but for the instances that were to be kept. */
export interface Netlist {
  /** Width in bits of every slot. */
  readonly widths: readonly number[];
  /** How many results of kept instances come one after the other before a slot is known. */
  readonly levels: readonly number[];
  readonly constants: ReadonlyMap<number, bigint>;
  /** Each after the cells it depends on. */
  readonly cells: readonly Cell[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
  readonly kept: readonly KeptInstance[];
  readonly results: readonly Result[];
  /** Ports and watched signals by their hierarchical names. */
  readonly signals: ReadonlyMap<string, { readonly slot: number; readonly type: HardwareType }>;
}

export interface FlattenOptions {
  /** Modules whose instances are not dissolved. */
  readonly keep?: ReadonlySet<ir.ModuleIr>;
  /** Signals inside to have slots for; by default every named one. */
  readonly watch?: readonly string[];
}

/** Dissolves the hierarchy of a module. */
export function flatten(top: ir.ModuleIr, { keep, watch }: FlattenOptions = {}): Netlist {
  const hierarchy = new Hierarchy(top, keep ?? new Set());
  const { scopes, root } = hierarchy;
  const widths: number[] = [];
  const levels: number[] = [];
  const constants = new Map<number, bigint>();
  const slotOfConstant = new Map<string, number>();
  const cells: Cell[] = [];
  const keptScopes = hierarchy.kept;
  const results: Result[] = [];

  const place = (scope: Scope, node: ir.Node, level = 0): number => {
    const slot = widths.push(node.width) - 1;
    levels.push(level);
    scope.slots.set(node, slot);
    return slot;
  };
  const levelOf = (slots: readonly number[]): number =>
    slots.reduce((most, slot) => Math.max(most, levels[slot] ?? 0), 0);

  /** What a placed node depends on within the cycle. */
  const dependencies = (scope: Scope, node: ir.Node): [Scope, ir.Node][] => {
    if (node.kind === "operation") return node.operands.map((o) => hierarchy.origin(scope, o));
    if (node.kind !== "instanceOutput") return [];
    const { module, instance } = hierarchy.child(scope, node.instance);
    const needs = module.combinational.get(node.port) ?? new Set();
    return module.inputs
      .filter(({ name }) => needs.has(name))
      .map(({ name }) => hierarchy.origin(scope, hierarchy.driver(instance, name)));
  };

  /** The slot of a node, after placing what it depends on. The stack is explicit: chains may be long. */
  const slotOf = (scope: Scope, node: ir.Node): number => {
    const stack = [hierarchy.origin(scope, node)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const [where, what] = top;
      if (where.slots.has(what)) {
        stack.pop();
        continue;
      }
      const depends = dependencies(where, what);
      const missing = depends.filter(([s, n]) => !s.slots.has(n));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      const from = depends.map(([s, n]) => s.slots.get(n) ?? -1);
      if (what.kind === "instanceOutput") {
        const child = hierarchy.child(where, what.instance);
        const slot = place(where, what, 1 + levelOf(from));
        results.push({
          slot,
          instance: keptScopes.indexOf(child),
          signal: what.port,
          needs: [...child.module.inputs.keys()].filter((index) =>
            child.module.combinational.get(what.port)?.has(child.module.inputs[index]?.name ?? ""),
          ),
        });
      } else {
        if (what.kind === "constant") {
          const key = `${what.width}:${what.value}`;
          const same = slotOfConstant.get(key);
          if (same === undefined) {
            const slot = place(where, what);
            slotOfConstant.set(key, slot);
            constants.set(slot, what.value);
          } else where.slots.set(what, same);
          stack.pop();
          continue;
        }
        const slot = place(where, what, levelOf(from));
        if (what.kind === "operation") {
          const { operation, parameters } = what;
          cells.push({ slot, operation, operands: from, parameters });
        }
      }
      stack.pop();
    }
    const [where, what] = hierarchy.origin(scope, node);
    return where.slots.get(what) ?? -1;
  };

  const inputs = top.inputs.map((node) => ({ node, slot: place(root, node) }));
  const registers = scopes.flatMap((scope) =>
    [...scope.module.registers].map(([node, next]) => ({
      scope,
      node,
      next,
      slot: place(scope, node),
    })),
  );
  const reads = scopes.flatMap((scope) =>
    scope.module.reads.map((read) => ({ scope, read, slot: place(scope, read.node) })),
  );
  const memories = scopes.flatMap((scope) =>
    scope.module.memories.map((memory) => ({
      name: `${scope.prefix}${memory.name}`,
      memory,
      reads: reads
        .filter(({ scope: s, read }) => s === scope && read.node.memory === memory)
        .map(({ read, slot }) => ({
          name: `${scope.prefix}${read.node.name}`,
          slot,
          address: slotOf(scope, read.address),
          enable: slotOf(scope, read.enable),
        })),
      writes: scope.module.writes
        .filter((write) => write.memory === memory)
        .map(({ address, data, enable }) => ({
          address: slotOf(scope, address),
          data: slotOf(scope, data),
          enable: slotOf(scope, enable),
        })),
    })),
  );
  const kept = keptScopes.map(({ prefix, module, parent, instance }) => ({
    name: prefix.slice(0, -1),
    module,
    inputs: module.inputs.map(({ name }) =>
      slotOf(parent ?? root, hierarchy.driver(instance, name)),
    ),
  }));

  const signals = new Map<string, { slot: number; type: HardwareType }>();
  const ports = top.portList.map(({ name }) => name);
  for (const name of watch ? [...ports, ...watch] : hierarchy.names()) {
    if (signals.has(name)) continue;
    const found = hierarchy.find(name);
    if (!found) throw new RangeError(`${top.name} has no signal ${name}`);
    if ("node" in found) {
      signals.set(name, { slot: slotOf(found.scope, found.node), type: found.type });
      continue;
    }
    const instance = keptScopes.indexOf(found.scope);
    const from = kept[instance]?.inputs ?? [];
    const slot = widths.push(found.type.width) - 1;
    levels.push(1 + levelOf(from));
    results.push({ slot, instance, signal: found.inside, needs: [...from.keys()] });
    signals.set(name, { slot, type: found.type });
  }

  const port = (direction: "input" | "output", name: string, slot: number): Port => {
    const info = top.portList.find((p) => p.name === name && p.direction === direction);
    if (!info) throw new Error(`${top.name} has no ${direction} ${name}`);
    return { name, type: info.type, slot };
  };
  return {
    inputs: inputs.map(({ node, slot }) => port("input", node.name, slot)),
    outputs: top.outputs.map((node) => port("output", node.name, slotOf(root, node))),
    registers: registers.map(({ scope, node, next, slot }) => ({
      name: `${scope.prefix}${node.name}`,
      slot,
      next: slotOf(scope, next),
      reset: node.reset,
    })),
    ...{ memories, kept, results, signals, widths, levels, constants, cells },
  };
}

/** The value of a cell, from the operation table. */
export function evaluateCell(
  cell: Cell,
  values: readonly bigint[],
  widths: readonly number[],
): bigint {
  const operands = cell.operands.map((slot) => values[slot] ?? 0n);
  const operandWidths = cell.operands.map((slot) => widths[slot] ?? 0);
  const result = operationRow(cell.operation).evaluate(operands, operandWidths, cell.parameters);
  return BigInt.asUintN(widths[cell.slot] ?? 0, result);
}
