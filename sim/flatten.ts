// Turns a hierarchy of modules into one netlist.

import { at, type HardwareType, type ir, isTable, operandsOf, operationRow } from "@chisel-ts/core";
import type { Cell, MemoryCell, OperationCell, Port, RegisterCell } from "./cells.ts";
import { checkCells } from "./checks/cells.ts";
import { displayCells } from "./displays/cells.ts";
import { Hierarchy, type Place, type Scope } from "./hierarchy.ts";
import type { KeptInstance, Netlist, Result, WatchedWord } from "./netlist.ts";
import type { NetlistWriter } from "./netlist-writer.ts";
import { noSignal, typeOfSignal } from "./signals.ts";

export interface FlattenOptions {
  /** Modules whose instances are not flattened. */
  readonly keep?: ReadonlySet<ir.ModuleIr>;
  /** Signals inside to have slots for; by default every named one. */
  readonly watch?: readonly string[];
}

/**
 * Flattens the hierarchy of a module.
 *
 * @throws RangeError when there is no signal of a watched name.
 */
export function flatten(top: ir.ModuleIr, { keep, watch }: FlattenOptions = {}): Netlist {
  return new Flattener(top, new Hierarchy(top, keep ?? new Set())).netlist(watch);
}

type Signal = { readonly slot: number; readonly type: HardwareType };

/** Numbers the nodes that are needed, each after those it depends on. */
class Flattener {
  readonly #top: ir.ModuleIr;
  readonly #hierarchy: Hierarchy;
  readonly #instances: ReadonlyMap<Scope, number>;
  readonly #widths: number[] = [];
  readonly #levels: number[] = [];
  readonly #constants = new Map<number, bigint>();
  readonly #slotOfConstant = new Map<string, number>();
  readonly #cells: Cell[] = [];
  readonly #results: Result[] = [];
  readonly #memoryPlaces = new Map<Scope, ReadonlyMap<ir.Memory, number>>();
  readonly #tables = new Set<ir.Table>();
  readonly #words: WatchedWord[] = [];
  readonly #needs = new Map<ir.ModuleIr, Map<string, readonly number[]>>();

  constructor(top: ir.ModuleIr, hierarchy: Hierarchy) {
    this.#top = top;
    this.#hierarchy = hierarchy;
    this.#instances = new Map(hierarchy.kept.map((scope, index) => [scope, index]));
  }

  netlist(watch: readonly string[] | undefined): Netlist {
    const { scopes, root } = this.#hierarchy;
    // State comes before everything that may depend on it.
    for (const node of this.#top.inputs) this.#add(root, node);
    for (const scope of scopes) {
      for (const node of scope.module.registers.keys()) this.#add(scope, node);
      for (const { node } of scope.module.reads) this.#add(scope, node);
    }
    // Memories have their places before anything that looks up their words.
    let places = 0;
    for (const scope of scopes) {
      const own = scope.module.memories.map((memory) => [memory, places++] as const);
      if (own.length > 0) this.#memoryPlaces.set(scope, new Map(own));
    }
    const memories = scopes.flatMap((scope) => this.#memories(scope));
    const kept = this.#kept();
    const signals = this.#signals(watch, kept);
    const registers = scopes.flatMap((scope) => this.#registers(scope));
    const checks = checkCells(scopes, this.#writer());
    const displays = displayCells(scopes, this.#writer());
    const port = (node: ir.ModuleIr["inputs" | "outputs"][number]): Port => {
      const { name, type } = node;
      return { name, type, slot: this.#slotOf(root, node) };
    };
    const [inputs, outputs] = [this.#top.inputs.map(port), this.#top.outputs.map(port)];
    return {
      widths: this.#widths,
      levels: this.#levels,
      constants: this.#constants,
      cells: this.#cells,
      results: this.#results,
      tables: [...this.#tables],
      inputs,
      outputs,
      watchedWords: this.#words,
      kept,
      signals,
      checks,
      displays,
      registers: [...registers, ...checks.registers, ...displays.registers],
      memories: [...memories, ...checks.memories, ...displays.memories],
    };
  }

  #writer(): NetlistWriter {
    return {
      slot: (scope, node) => this.#slotOf(scope, node),
      state: (width) => this.#number(width, 0),
      constant: (width, value) => this.#constant(width, value),
      cell: (operation, operands, parameters) => this.#cell(operation, operands, parameters),
    };
  }

  /** Adds a cell that no node of the circuit stands for. */
  #cell(
    operation: OperationCell["operation"],
    operands: readonly number[],
    parameters: readonly number[] = [],
  ): number {
    const widths = operands.map((slot) => at(this.#widths, slot));
    const width = operationRow(operation).width(widths, parameters);
    if (typeof width === "string") throw new Error(width);
    const slot = this.#number(width, this.#levelOf(operands));
    this.#cells.push({ slot, operation, operands, parameters });
    return slot;
  }

  #registers(scope: Scope): RegisterCell[] {
    return [...scope.module.registers].map(([node, next]) => ({
      name: `${scope.prefix}${node.name}`,
      slot: this.#slotOf(scope, node),
      next: this.#slotOf(scope, next),
      // Without a reset the value is that of power-up, and an edge in reset is like any other.
      reset: scope.module.reset.kind === "none" ? undefined : node.reset,
      location: node.location,
    }));
  }

  #memories(scope: Scope): MemoryCell[] {
    const { module, prefix } = scope;
    if (module.memories.length === 0) return [];
    const slot = (node: ir.Node): number => this.#slotOf(scope, node);
    const reads = new Map<ir.Memory, MemoryCell["reads"][number][]>();
    const writes = new Map<ir.Memory, MemoryCell["writes"][number][]>();
    for (const memory of module.memories) {
      reads.set(memory, []);
      writes.set(memory, []);
    }
    for (const { node, address, enable } of module.reads) {
      const read = { slot: slot(node), address: slot(address), enable: slot(enable) };
      reads.get(node.memory)?.push({ name: `${prefix}${node.name}`, ...read });
    }
    for (const { memory, address, data, enable, lanes } of module.writes) {
      const mask = lanes && this.#mask(scope, lanes);
      const write = { address: slot(address), data: slot(data), enable: slot(enable), mask };
      writes.get(memory)?.push(write);
    }
    return module.memories.map((memory) => ({
      name: `${prefix}${memory.name}`,
      memory,
      reads: reads.get(memory) ?? [],
      writes: writes.get(memory) ?? [],
    }));
  }

  #memoryPlace(scope: Scope, memory: ir.Memory): number {
    const place = this.#memoryPlaces.get(scope)?.get(memory);
    if (place === undefined) throw new Error(`${scope.prefix}${memory.name} has no place`);
    return place;
  }

  /** The bits that lanes enable. */
  #mask(scope: Scope, lanes: readonly ir.WriteLane[]): number {
    const parts = lanes.map(({ enable, high, low }) =>
      this.#cell("signExtend", [this.#slotOf(scope, enable)], [high - low + 1]),
    );
    return this.#cell("concat", parts.reverse());
  }

  #kept(): KeptInstance[] {
    const { kept, root } = this.#hierarchy;
    return kept.map(({ prefix, module, parent, instance }) => ({
      name: prefix.slice(0, -1),
      module,
      inputs: module.inputs.map(({ name }) =>
        this.#slotOf(parent ?? root, this.#hierarchy.driver(instance, name)),
      ),
    }));
  }

  #signals(watch: FlattenOptions["watch"], kept: readonly KeptInstance[]): Map<string, Signal> {
    const signals = new Map<string, Signal>();
    const ports = this.#top.portList.map(({ name }) => name);
    for (const name of watch ? [...ports, ...watch] : this.#hierarchy.names()) {
      if (signals.has(name)) continue;
      const found = typeof name === "string" ? this.#hierarchy.find(name) : undefined;
      if (!found) throw noSignal(this.#top, name);
      if ("inside" in found) signals.set(name, this.#inside(name, found, kept));
      else if ("node" in found.signal) {
        const { node, type } = found.signal;
        signals.set(name, { slot: this.#slotOf(found.scope, node), type });
      } else {
        const { memory, word, type } = found.signal;
        const slot = this.#number(type.width, 0);
        this.#words.push({ slot, memory: this.#memoryPlace(found.scope, memory), word });
        signals.set(name, { slot, type });
      }
    }
    return signals;
  }

  /** A watched signal inside a kept instance. What it depends on is not known here: on every input, then. */
  #inside(
    name: string,
    { scope, inside }: { readonly scope: Scope; readonly inside: string },
    kept: readonly KeptInstance[],
  ): Signal {
    const type = typeOfSignal(scope.module, inside);
    if (!type) throw noSignal(this.#top, name);
    const instance = at(this.#instances, scope);
    const from = kept[instance]?.inputs ?? [];
    const slot = this.#number(type.width, 1 + this.#levelOf(from));
    this.#results.push({ slot, instance, signal: inside, needs: [...from.keys()] });
    return { slot, type };
  }

  /** The slot of a node, after placing what it depends on. The stack is explicit: chains may be long. */
  #slotOf(scope: Scope, node: ir.Node): number {
    const origin = this.#hierarchy.origin(scope, node);
    const stack: Place[] = [origin];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const [where, what] = top;
      const depends = where.slots.has(what) ? [] : this.#dependencies(where, what);
      const before = stack.length;
      for (const place of depends) if (!place[0].slots.has(place[1])) stack.push(place);
      if (stack.length > before) continue;
      const from = depends.map(([s, n]) => at(s.slots, n));
      if (!where.slots.has(what)) this.#add(where, what, from);
      stack.pop();
    }
    return at(origin[0].slots, origin[1]);
  }

  /** What a node depends on within the cycle. */
  #dependencies(scope: Scope, node: ir.Node): Place[] {
    if (node.kind !== "instanceOutput") {
      return operandsOf(node).map((operand) => this.#hierarchy.origin(scope, operand));
    }
    const { module, instance } = this.#hierarchy.child(scope, node.instance);
    return this.#needsOf(module, node.port).map((index) => {
      const driver = this.#hierarchy.driver(instance, at(module.inputs, index).name);
      return this.#hierarchy.origin(scope, driver);
    });
  }

  /** Gives a node its slot; `from` are the slots that it depends on. */
  #add(scope: Scope, node: ir.Node, from: readonly number[] = []): void {
    if (node.kind === "constant") {
      scope.slots.set(node, this.#constant(node.width, node.value));
      return;
    }
    const step = node.kind === "instanceOutput" ? 1 : 0;
    const slot = this.#number(node.width, step + this.#levelOf(from));
    scope.slots.set(node, slot);
    if (node.kind === "operation") {
      const { operation, parameters, location } = node;
      this.#cells.push({ slot, operation, operands: from, parameters, location });
    } else if (node.kind === "lookup") {
      const words = node.from;
      if (isTable(words)) this.#tables.add(words);
      const place = isTable(words) ? words : this.#memoryPlace(scope, words);
      this.#cells.push({ slot, from: place, operands: from, location: node.location });
    } else if (node.kind === "instanceOutput") {
      const child = this.#hierarchy.child(scope, node.instance);
      const instance = at(this.#instances, child);
      const needs = this.#needsOf(child.module, node.port);
      this.#results.push({ slot, instance, signal: node.port, needs });
    }
  }

  #constant(width: number, value: bigint): number {
    const key = `${width}:${value}`;
    const slot = this.#slotOfConstant.get(key) ?? this.#number(width, 0);
    this.#slotOfConstant.set(key, slot);
    this.#constants.set(slot, value);
    return slot;
  }

  #number(width: number, level: number): number {
    this.#levels.push(level);
    return this.#widths.push(width) - 1;
  }

  #levelOf(slots: readonly number[]): number {
    return slots.reduce((maximum, slot) => Math.max(maximum, at(this.#levels, slot)), 0);
  }

  /** The inputs, as places in the module's list, that an output depends on within the cycle. */
  #needsOf(module: ir.ModuleIr, output: string): readonly number[] {
    const known = this.#needs.get(module) ?? new Map<string, readonly number[]>();
    this.#needs.set(module, known);
    const found = known.get(output);
    if (found) return found;
    const names = module.combinational.get(output) ?? new Set();
    const needs = [...module.inputs.keys()].filter((i) => names.has(at(module.inputs, i).name));
    known.set(output, needs);
    return needs;
  }
}
