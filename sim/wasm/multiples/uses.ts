// Counts what reads each slot, and what a replaced cell leaves unread.

import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { costOf } from "./cost.ts";

/** Costs are estimates: only what saves a quarter is sure to save something. */
const clearly = 4 / 3;

/** How often slots are read by what is read itself. */
export class Uses {
  readonly #widths: readonly number[];
  readonly #cells: ReadonlyMap<number, Cell>;
  readonly #counts = new Map<number, number>();

  /** A netlist without memories, as lanes compute it. */
  constructor({ widths, cells, outputs, registers, signals }: Netlist) {
    this.#widths = widths;
    this.#cells = new Map(cells.map((cell) => [cell.slot, cell]));
    const roots = [
      ...outputs.map(({ slot }) => slot),
      ...registers.map(({ next }) => next),
      ...[...signals.values()].map(({ slot }) => slot),
    ];
    for (const slot of roots) this.#counts.set(slot, 1);
    for (const { slot, operands } of [...cells].reverse()) {
      if (this.isRead(slot)) for (const operand of operands) this.#add(this.#counts, operand, 1);
    }
  }

  isRead(slot: number): boolean {
    return (this.#counts.get(slot) ?? 0) > 0;
  }

  #add(counts: Map<number, number>, slot: number, count: number): void {
    counts.set(slot, (counts.get(slot) ?? 0) + count);
  }

  /** Replaces a cell by others, if that clearly costs less than it does with all that it alone reads. */
  replace(slot: number, by: readonly Cell[], cost: number): boolean {
    const change = new Map<number, number>();
    for (const { operands } of by) for (const operand of operands) this.#add(change, operand, 1);
    let saved = 0;
    const leave = (left: number): readonly number[] => {
      const cell = this.#cells.get(left);
      if (!cell) return [];
      saved += costOf(cell, this.#widths);
      return cell.operands;
    };
    const open = [...leave(slot)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      this.#add(change, next, -1);
      if ((this.#counts.get(next) ?? 0) + (change.get(next) ?? 0) === 0) open.push(...leave(next));
    }
    if (saved < clearly * cost) return false;
    for (const [one, count] of change) this.#add(this.#counts, one, count);
    return true;
  }
}
