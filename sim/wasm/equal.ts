import { uint } from "@chisel-ts/core";
import type { Cell, OperationCell, RegisterCell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import type { Group, Plan } from "./plan.ts";
import { lanesPerBlock } from "./simd/element.ts";

/** What a cone is made of: a register or the root of an expression, and the cells that nothing else reads. */
interface Cone {
  readonly register: RegisterCell | undefined;
  /** The root, or the next state. */
  readonly root: number;
  readonly cells: readonly OperationCell[];
  /** What the cells read that is neither among them, nor a constant, nor the register itself. */
  readonly leaves: readonly number[];
}

/** Cells of one cone at most, which bounds the depth of the search. */
const maxCells = 512;

/**
 * Equal cells without a module around them: registers with the logic that only they read, and trees of operations, that
 * occur so often with the same structure that a loop over vectors is faster. Each becomes a group like the instances of
 * a module; what is left stays as it is.
 */
export function groupEqualCells(plan: Plan): Plan {
  const refused = new Set<string>();
  for (;;) {
    const cones = new ConeSearch(plan.netlist).classes(refused);
    if (cones.size === 0) return plan;
    const netlist = withGroups(plan.netlist, cones);
    const groups = [...cones.values()].map((own) => groupOf(netlist, own));
    const serial = [...cones.keys()].filter((_, index) => {
      const stages = new Set(groups[index]?.results.map(({ slot }) => netlist.levels[slot]));
      return stages.size * lanesPerBlock > (groups[index]?.lanes.length ?? 0);
    });
    if (serial.length === 0) return { netlist, groups: [...plan.groups, ...groups] };
    for (const key of serial) refused.add(key);
  }
}

/** Finds cones by their structure. */
class ConeSearch {
  readonly #netlist: Netlist;
  readonly #cells = new Map<number, OperationCell>();
  /** How often a slot is read; twice for what must keep its place. */
  readonly #uses: number[] = [];
  /** The structure of what a cell computes, numbered. */
  readonly #structures = new Map<string, number>();
  readonly #structureOf = new Map<number, number>();

  constructor(netlist: Netlist) {
    this.#netlist = netlist;
    const use = (slot: number, times = 1): void => {
      this.#uses[slot] = (this.#uses[slot] ?? 0) + times;
    };
    for (const cell of netlist.cells) {
      if ("operation" in cell && this.#fits(cell)) this.#cells.set(cell.slot, cell);
      for (const slot of cell.operands) use(slot);
    }
    for (const { next } of netlist.registers) use(next);
    for (const { slot } of netlist.outputs) use(slot, 2);
    for (const { slot } of netlist.signals.values()) use(slot, 2);
    for (const { inputs } of netlist.kept) for (const slot of inputs) use(slot, 2);
    for (const { reads, writes } of netlist.memories) {
      for (const { address, enable } of reads) for (const slot of [address, enable]) use(slot, 2);
      for (const { address, data, enable, mask } of writes)
        for (const slot of [address, data, enable, mask ?? data]) use(slot, 2);
    }
    // Each cell follows what it reads, so nothing is looked for deeply.
    for (const { slot } of this.#cells.values()) {
      this.#structureOf.set(slot, this.#structure(slot, undefined));
    }
  }

  #fits({ slot, operands }: OperationCell): boolean {
    return [slot, ...operands].every((one) => (this.#netlist.widths[one] ?? 0) <= 64);
  }

  /** Cones of the same structure, as many as are worth a loop, by their structure. */
  classes(refused: ReadonlySet<string>): Map<string, Cone[]> {
    const assigned = new Set<number>();
    const found = new Map<string, Cone[]>();
    const keep = (classes: ReadonlyMap<string, Cone[]>): void => {
      for (const [key, cones] of classes) {
        if (cones.length < lanesPerBlock || refused.has(key)) continue;
        found.set(key, cones);
        for (const { cells } of cones) for (const { slot } of cells) assigned.add(slot);
      }
    };
    const registers = new Map<string, Cone[]>();
    for (const register of this.#netlist.registers) {
      const width = this.#netlist.widths[register.slot] ?? 0;
      if (width > 64 || !this.#absorbable(register.next)) continue;
      const cone = this.#cone(register.next, register);
      if (!cone) continue;
      const structure = this.#structure(register.next, register.slot);
      append(registers, `register ${width} ${register.reset} ${structure}`, cone);
    }
    keep(registers);

    // The largest first: what they cover is not looked at again.
    const trees = new Map<string, Cone[]>();
    const counts = this.#counts(assigned);
    const covered = new Set(assigned);
    for (const cell of [...this.#netlist.cells].reverse()) {
      if (covered.has(cell.slot) || !this.#cells.has(cell.slot)) continue;
      const key = `tree ${this.#structureOf.get(cell.slot)}`;
      if ((counts.get(key) ?? 0) < lanesPerBlock || refused.has(key)) continue;
      const cone = this.#cone(cell.slot, undefined);
      // A value costs as much to bring to a loop as an operation does.
      if (!cone || cone.cells.length < cone.leaves.length) continue;
      if (cone.cells.some(({ slot }) => covered.has(slot))) continue;
      append(trees, key, cone);
      for (const { slot } of cone.cells) covered.add(slot);
    }
    keep(trees);
    return found;
  }

  #counts(assigned: ReadonlySet<number>): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { slot } of this.#netlist.cells) {
      if (assigned.has(slot) || !this.#cells.has(slot)) continue;
      const key = `tree ${this.#structureOf.get(slot)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  /** Whether one thing alone reads a cell. */
  #absorbable(slot: number): boolean {
    return this.#cells.has(slot) && this.#uses[slot] === 1;
  }

  /** The number of what a cell computes of its leaves; `own` is a register that may be among them. */
  #structure(root: number, own: number | undefined): number {
    const parts = (slot: number): string => {
      const constant = this.#netlist.constants.get(slot);
      const width = this.#netlist.widths[slot] ?? 0;
      if (constant !== undefined) return `c${width}=${constant}`;
      if (slot === own) return "own";
      return this.#absorbable(slot) ? `n${this.#structure(slot, own)}` : `v${width}`;
    };
    const known = own === undefined ? this.#structureOf.get(root) : undefined;
    if (known !== undefined) return known;
    const cell = this.#cells.get(root);
    if (!cell) return -1;
    const { operation, operands, parameters } = cell;
    const width = this.#netlist.widths[root];
    const key = `${operation} ${width} ${parameters.join()} ${operands.map(parts).join(" ")}`;
    const number = this.#structures.get(key) ?? this.#structures.size;
    this.#structures.set(key, number);
    return number;
  }

  /** The cells of a cone, each after those that it reads; none where they are too many. */
  #cone(root: number, register: RegisterCell | undefined): Cone | undefined {
    const cells: OperationCell[] = [];
    const leaves: number[] = [];
    let size = 0;
    const visit = (slot: number): void => {
      const cell = this.#cells.get(slot);
      if (!cell || ++size > maxCells) return;
      for (const operand of cell.operands) {
        if (this.#absorbable(operand)) visit(operand);
        else if (!this.#netlist.constants.has(operand) && operand !== register?.slot)
          leaves.push(operand);
      }
      cells.push(cell);
    };
    visit(root);
    return size > maxCells ? undefined : { register, root, cells, leaves };
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

const nameOf = ({ register, root }: Cone): string => register?.name ?? `cells ${root}`;

/** The signal of a kernel that its lanes give. */
const resultName = "result";

/** The netlist in which cones are instances, and what they compute are results. */
function withGroups(netlist: Netlist, classes: ReadonlyMap<string, readonly Cone[]>): Netlist {
  const cones = [...classes.values()].flat();
  const within = new Set(cones.flatMap(({ cells }) => cells.map(({ slot }) => slot)));
  const registers = new Set(cones.map(({ register }) => register));
  const kept = [...netlist.kept];
  const results = [...netlist.results];
  for (const cone of cones) {
    const { register, root, leaves } = cone;
    const instance = kept.push({ name: nameOf(cone), module: undefined, inputs: leaves }) - 1;
    const needs = register ? [] : [...leaves.keys()];
    results.push({ slot: register?.slot ?? root, instance, signal: resultName, needs });
  }
  const changed = {
    ...netlist,
    cells: netlist.cells.filter(({ slot }) => !within.has(slot)),
    registers: netlist.registers.filter((register) => !registers.has(register)),
    ...{ kept, results },
  };
  return { ...changed, ...inOrder(changed) };
}

/** Cells in an order in which each follows what it reads, and the levels of all slots. */
function inOrder({ widths, cells, results, kept }: Netlist): Pick<Netlist, "cells" | "levels"> {
  const cellOf = new Map(cells.map((cell) => [cell.slot, cell]));
  const behind = new Map<number, readonly number[]>(
    cells.map((cell) => [cell.slot, cell.operands]),
  );
  const steps = new Set<number>();
  for (const { slot, instance, needs } of results) {
    behind.set(
      slot,
      needs.map((input) => kept[instance]?.inputs[input] ?? -1),
    );
    steps.add(slot);
  }
  const levels = new Array<number>(widths.length).fill(-1);
  const ordered: Cell[] = [];
  for (const start of behind.keys()) {
    const stack = [start];
    for (let slot = stack.at(-1); slot !== undefined; slot = stack.at(-1)) {
      const from = (levels[slot] ?? 0) < 0 ? (behind.get(slot) ?? []) : [];
      const open = from.filter((one) => (levels[one] ?? 0) < 0);
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if ((levels[slot] ?? 0) >= 0) continue;
      const maximum = from.reduce((level, one) => Math.max(level, levels[one] ?? 0), 0);
      levels[slot] = maximum + (steps.has(slot) ? 1 : 0);
      const cell = cellOf.get(slot);
      if (cell) ordered.push(cell);
    }
  }
  return { cells: ordered, levels: levels.map((level) => Math.max(0, level)) };
}

/** The loop of cones of one structure: one of them, with slots of its own. */
function groupOf({ widths, constants, kept, results }: Netlist, cones: readonly Cone[]): Group {
  const [first] = cones;
  if (!first) throw new Error("a class has no cone");
  const own = results.filter(
    ({ signal, instance }) => signal === resultName && kept[instance]?.module === undefined,
  );
  const slots = new Set(cones.map(({ register, root }) => register?.slot ?? root));
  const mine = own.filter(({ slot }) => slots.has(slot));
  const lanes = mine.map(({ instance }) => instance);
  return {
    name: first.register ? `registers like ${first.register.name}` : `cells like ${first.root}`,
    kernel: kernelOf(first, widths, constants),
    lanes,
    laneOf: new Map(lanes.map((instance, lane) => [instance, lane])),
    results: mine,
    stateName: (instance) => kept[instance]?.name ?? "",
  };
}

function kernelOf(
  { register, root, cells, leaves }: Cone,
  widths: readonly number[],
  constants: ReadonlyMap<number, bigint>,
): Netlist {
  const own: { readonly widths: number[]; readonly constants: Map<number, bigint> } = {
    widths: [],
    constants: new Map(),
  };
  const add = (slot: number): number => own.widths.push(widths[slot] ?? 0) - 1;
  const inputs = leaves.map((slot, index) => ({
    ...{ name: `input ${index}`, type: uint(widths[slot] ?? 0), slot: add(slot) },
  }));
  const known = new Map<number, number>();
  if (register) known.set(register.slot, add(register.slot));
  let leaf = 0;
  const within = new Set(cells.map(({ slot }) => slot));
  const place = (slot: number): number => {
    const found = known.get(slot);
    if (found !== undefined) return found;
    const constant = constants.get(slot);
    if (constant === undefined) throw new Error(`slot ${slot} is no part of the cone`);
    const added = add(slot);
    own.constants.set(added, constant);
    known.set(slot, added);
    return added;
  };
  const byRoot = new Map(cells.map((cell) => [cell.slot, cell]));
  const ordered: OperationCell[] = [];
  // Leaves are numbered as the search met them: depth first, operands in order.
  const visit = (slot: number): number => {
    const cell = byRoot.get(slot);
    if (!cell) throw new Error(`slot ${slot} is no cell of the cone`);
    const operands = cell.operands.map((operand) =>
      within.has(operand)
        ? visit(operand)
        : constants.has(operand) || operand === register?.slot
          ? place(operand)
          : (inputs[leaf++]?.slot ?? -1),
    );
    const made = { ...cell, slot: add(slot), operands };
    ordered.push(made);
    return made.slot;
  };
  const result = visit(root);
  const state = register && known.get(register.slot);
  return {
    ...own,
    ...{ levels: own.widths.map(() => 0), cells: ordered, inputs, outputs: [] },
    registers:
      register && state !== undefined
        ? [{ name: register.name, slot: state, next: result, reset: register.reset }]
        : [],
    ...{ memories: [], tables: [], watchedWords: [], kept: [], results: [] },
    ...{ checks: nothing, displays: nothing },
    signals: new Map([
      [resultName, { slot: state ?? result, type: uint(own.widths[state ?? result] ?? 1) }],
    ]),
  };
}

const nothing = { cells: [], registers: [], memories: [] };
