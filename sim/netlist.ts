import { type HardwareType, type ir, operationRow } from "@chisel-ts/core";
import { signalsOf } from "./signals.ts";

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
  readonly slot: number;
  readonly next: number;
  readonly reset: bigint | undefined;
}

export interface MemoryCell {
  readonly memory: ir.Memory;
  readonly reads: readonly {
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

/** A module with its hierarchy dissolved: what the in-process engines run. */
export interface Netlist {
  /** Width in bits of every slot. */
  readonly widths: readonly number[];
  readonly constants: ReadonlyMap<number, bigint>;
  /** Each after the cells it depends on. */
  readonly cells: readonly Cell[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly registers: readonly RegisterCell[];
  readonly memories: readonly MemoryCell[];
  /** Every named signal by its hierarchical name. */
  readonly signals: ReadonlyMap<string, { readonly slot: number; readonly type: HardwareType }>;
}

/** One place in the hierarchy. */
interface Scope {
  readonly module: ir.ModuleIr;
  readonly prefix: string;
  readonly parent: Scope | undefined;
  readonly instance: ir.Instance | undefined;
  readonly children: Map<string, Scope>;
  readonly slots: Map<ir.Node, number>;
}

function scopeOf(
  module: ir.ModuleIr,
  prefix: string,
  parent?: Scope,
  instance?: ir.Instance,
): Scope {
  const scope: Scope = { module, prefix, parent, instance, children: new Map(), slots: new Map() };
  for (const child of module.instances) {
    scope.children.set(child.name, scopeOf(child.module, `${prefix}${child.name}.`, scope, child));
  }
  return scope;
}

const everyScope = (scope: Scope): Scope[] => [
  scope,
  ...[...scope.children.values()].flatMap(everyScope),
];

/** Follows wires and ports, through the hierarchy, to the node that makes the value. */
function origin(scope: Scope, node: ir.Node): [Scope, ir.Node] {
  let [where, what] = [scope, node];
  for (;;) {
    let next: ir.Node | undefined;
    if (what.kind === "wire") {
      next = where.module.drivers.get(what);
    } else if (what.kind === "instanceOutput") {
      const { instance, port } = what;
      const child = where.children.get(instance);
      next = child?.module.outputs.find((output) => output.name === port);
      where = child ?? where;
    } else if (what.kind === "input" && where.parent && where.instance) {
      next = where.instance.inputs.get(what.name);
      where = where.parent;
    } else {
      return [where, what];
    }
    if (!next)
      throw new Error(`nothing drives ${what.kind} of ${where.prefix}${where.module.name}`);
    what = next;
  }
}

/** Dissolves the hierarchy of a module. */
export function flatten(top: ir.ModuleIr): Netlist {
  const root = scopeOf(top, "");
  const scopes = everyScope(root);
  const widths: number[] = [];
  const constants = new Map<number, bigint>();
  const cells: Cell[] = [];

  const place = (scope: Scope, node: ir.Node): number => {
    const slot = widths.push(node.width) - 1;
    scope.slots.set(node, slot);
    return slot;
  };

  /** The slot of a node, after placing what it depends on. The stack is explicit: chains may be long. */
  const slotOf = (scope: Scope, node: ir.Node): number => {
    const stack = [origin(scope, node)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const [where, what] = top;
      if (where.slots.has(what)) {
        stack.pop();
        continue;
      }
      const operands = what.kind === "operation" ? what.operands.map((o) => origin(where, o)) : [];
      const missing = operands.filter(([s, n]) => !s.slots.has(n));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      const slot = place(where, what);
      if (what.kind === "constant") constants.set(slot, what.value);
      if (what.kind === "operation") {
        const { operation, parameters } = what;
        const from = operands.map(([s, n]) => s.slots.get(n) ?? -1);
        cells.push({ slot, operation, operands: from, parameters });
      }
      stack.pop();
    }
    const [where, what] = origin(scope, node);
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
      memory,
      reads: reads
        .filter(({ scope: s, read }) => s === scope && read.node.memory === memory)
        .map(({ read, slot }) => ({
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
  const signals = new Map<string, { slot: number; type: HardwareType }>();
  for (const scope of scopes) {
    for (const { name, type, node } of signalsOf(scope.module)) {
      signals.set(`${scope.prefix}${name}`, { slot: slotOf(scope, node), type });
    }
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
      slot,
      next: slotOf(scope, next),
      reset: node.reset,
    })),
    ...{ memories, signals, widths, constants, cells },
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
