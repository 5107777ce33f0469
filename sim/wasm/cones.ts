// Finds registers and expressions of equal structure.

import { at } from "@chisel-ts/core";
import type { OperationCell, RegisterCell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import { append } from "./append.ts";
import { lanesPerBlock } from "./simd/element.ts";

/** What a cone is made of: a register or the root of an expression, and the cells that nothing else reads. */
export interface Cone {
  readonly register: RegisterCell | undefined;
  /** The root, or the next state. */
  readonly root: number;
  readonly cells: readonly OperationCell[];
  /** What the cells read that is neither among them, nor a constant, nor the register itself. */
  readonly leaves: readonly number[];
}

/** Cells of one cone at most, which bounds the depth of the search. */
const maxCells = 512;

/** Finds cones by their structure. */
export class ConeSearch {
  readonly #netlist: Netlist;
  readonly #cells = new Map<number, OperationCell>();
  /** How often a slot is read; twice for what must keep its place. */
  readonly #uses: number[] = [];
  /** The structure of what a cell computes, numbered. */
  readonly #structures = new Map<string, number>();
  readonly #structureOf = new Map<number, number>();

  /** @param quiet cells that are no part of a cone */
  constructor(netlist: Netlist, quiet: ReadonlySet<number>) {
    this.#netlist = netlist;
    const use = (slot: number, times = 1): void => {
      this.#uses[slot] = (this.#uses.at(slot) ?? 0) + times;
    };
    for (const cell of netlist.cells) {
      if ("operation" in cell && this.#fits(cell) && !quiet.has(cell.slot))
        this.#cells.set(cell.slot, cell);
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
    return [slot, ...operands].every((one) => at(this.#netlist.widths, one) <= 64);
  }

  /** Cones of the same structure, as many as are worth a loop, by their structure. */
  classes(refused: ReadonlySet<string>): Map<string, Cone[]> {
    const assigned = new Set<number>();
    const found = new Map<string, Cone[]>();
    const keep = (classes: ReadonlyMap<string, Cone[]>): void => {
      for (const [key, all] of classes) {
        for (const [part, cones] of divided(key, all)) {
          if (cones.length < lanesPerBlock || refused.has(part)) continue;
          found.set(part, cones);
          for (const { cells } of cones) for (const { slot } of cells) assigned.add(slot);
        }
      }
    };
    const registers = new Map<string, Cone[]>();
    for (const register of this.#netlist.registers) {
      const width = at(this.#netlist.widths, register.slot);
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
      const width = at(this.#netlist.widths, slot);
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

/**
 * Parts of a class whose cones read the same leaf, such as an enable: where a loop takes it as one, it costs nothing to bring
 * and whole loops can be left out.
 */
function divided(key: string, cones: readonly Cone[]): (readonly [string, Cone[]])[] {
  for (const leaf of cones[0]?.leaves.keys() ?? []) {
    const parts = new Map<number, Cone[]>();
    for (const cone of cones) append(parts, at(cone.leaves, leaf), cone);
    if (parts.size === 1) continue;
    const large = [...parts].filter(([, own]) => own.length >= lanesPerBlock);
    const small = [...parts].filter(([, own]) => own.length < lanesPerBlock);
    const rest = small.flatMap(([, own]) => own);
    if (large.length === 0 || (rest.length > 0 && rest.length < lanesPerBlock)) continue;
    const named = large.map(([slot, own]) => [`${key}, ${leaf} is ${slot}`, own] as const);
    return [...named, [`${key}, ${leaf} differs`, rest] as const].flatMap(([name, own]) =>
      divided(name, own),
    );
  }
  return [[key, [...cones]]];
}
