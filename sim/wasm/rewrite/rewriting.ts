// Replaces cells by others that cost less than what is then read no more.

import type { ir } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { Addition } from "./addition.ts";
import { costOf } from "./cost.ts";

/** Costs are estimates: only what saves a quarter is sure to save something. */
const clearly = 4 / 3;

/** A netlist without memories, as lanes compute it, while its cells are replaced. */
export class Rewriting {
  readonly #netlist: Netlist;
  readonly #widths: number[];
  readonly #constants: Map<number, bigint>;
  readonly #cells: ReadonlyMap<number, Cell>;
  readonly #replaced = new Map<number, readonly Cell[]>();
  /** How often slots are read by what is read itself. */
  readonly #uses = new Map<number, number>();

  constructor(netlist: Netlist) {
    const { widths, constants, cells, outputs, registers, signals } = netlist;
    this.#netlist = netlist;
    this.#widths = [...widths];
    this.#constants = new Map(constants);
    this.#cells = new Map(cells.map((cell) => [cell.slot, cell]));
    const roots = [
      ...outputs.map(({ slot }) => slot),
      ...registers.map(({ next }) => next),
      ...[...signals.values()].map(({ slot }) => slot),
    ];
    for (const slot of roots) this.#uses.set(slot, 1);
    for (const { slot, operands } of this.#fromTheLast()) {
      if (this.#isRead(slot)) for (const operand of operands) this.#use(this.#uses, operand, 1);
    }
  }

  /**
   * Replaces the cells that are read, the last first, by what a function adds in their place, if that clearly costs less than the
   * cell with all that it alone reads.
   */
  replaceCells(by: (cell: Cell, addition: Addition) => boolean): Netlist {
    for (const cell of this.#fromTheLast()) {
      const addition = new Addition(this.#widths.length);
      if (this.#isRead(cell.slot) && by(cell, addition)) this.#replace(cell.slot, addition);
    }
    const cells = this.#netlist.cells.flatMap((cell) =>
      this.#isRead(cell.slot) ? (this.#replaced.get(cell.slot) ?? [cell]) : [],
    );
    const looked = cells.flatMap((cell) => ("from" in cell ? [cell.from] : []));
    return {
      ...this.#netlist,
      widths: this.#widths,
      constants: this.#constants,
      levels: this.#widths.map((_, slot) => this.#netlist.levels.at(slot) ?? 0),
      cells,
      tables: [...new Set(looked.filter((from): from is ir.Table => typeof from !== "number"))],
    };
  }

  #fromTheLast(): readonly Cell[] {
    return this.#netlist.cells.toReversed();
  }
  #isRead(slot: number): boolean {
    return (this.#uses.get(slot) ?? 0) > 0;
  }
  #use(uses: Map<number, number>, slot: number, count: number): void {
    uses.set(slot, (uses.get(slot) ?? 0) + count);
  }

  #replace(slot: number, { widths, constants, cells }: Addition): void {
    const all = [...this.#widths, ...widths];
    const cost = cells.reduce((sum, cell) => sum + costOf(cell, all), 0);
    const change = new Map<number, number>();
    for (const { operands } of cells) for (const operand of operands) this.#use(change, operand, 1);
    let saved = 0;
    const leave = (left: number): readonly number[] => {
      const cell = this.#cells.get(left);
      if (!cell) return [];
      saved += costOf(cell, this.#widths);
      return cell.operands;
    };
    const open = [...leave(slot)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      this.#use(change, next, -1);
      if ((this.#uses.get(next) ?? 0) + (change.get(next) ?? 0) === 0) open.push(...leave(next));
    }
    if (saved < clearly * cost) return;
    for (const [one, count] of change) this.#use(this.#uses, one, count);
    this.#widths.push(...widths);
    for (const [one, value] of constants) this.#constants.set(one, value);
    this.#replaced.set(slot, cells);
  }
}
