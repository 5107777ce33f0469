// The cells of a netlist, who reads them, and what they cost.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { append } from "../append.ts";
import type { Use } from "../branches/guards.ts";
import { isPlacedSlice, wordsOf } from "../lane-layout.ts";

/** Whoever reads a slot and is no cell. */
const OTHER = -1;

export class CellGraph {
  readonly #widths: readonly number[];
  readonly #cells: ReadonlyMap<number, Cell>;
  readonly #places: ReadonlyMap<number, number>;
  /** Cells by their slots, and others. */
  readonly #readers = new Map<number, number[]>();
  /** Slices of state, which are read in their place. */
  readonly #placed: ReadonlySet<number>;

  /** @param uses who reads beside cells and outputs */
  constructor({ cells, constants, outputs, signals, widths }: Netlist, uses: readonly Use[]) {
    this.#widths = widths;
    this.#cells = new Map(cells.map((cell) => [cell.slot, cell]));
    this.#places = new Map(cells.map(({ slot }, place) => [slot, place]));
    const read = (slot: number, reader: number): void => append(this.#readers, slot, reader);
    for (const { slot, operands } of cells) for (const operand of operands) read(operand, slot);
    for (const [slot] of uses) read(slot, OTHER);
    for (const { slot } of [...outputs, ...signals.values()]) read(slot, OTHER);
    this.#placed = new Set(
      cells.flatMap((cell) =>
        isPlacedSlice(cell, widths, constants) && !this.#cells.has(at(cell.operands, 0))
          ? [cell.slot]
          : [],
      ),
    );
  }

  /** The cells that some slots depend on, but for some and what those depend on; each after those that it reads. */
  behind(roots: readonly number[], without: ReadonlySet<number>): Cell[] {
    const found = new Map<number, Cell>();
    const open = [...roots];
    for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
      const cell = this.#cells.get(slot);
      if (!cell || found.has(slot) || without.has(slot)) continue;
      found.set(slot, cell);
      open.push(...cell.operands);
    }
    const placeOf = ({ slot }: Cell): number => at(this.#places, slot);
    return [...found.values()].sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** What others read of some cells, but where it is read in its place. */
  readElsewhere(cells: readonly Cell[]): number[] {
    const own = new Set(cells.map(({ slot }) => slot));
    return [...own].filter(
      (slot) =>
        !this.#placed.has(slot) &&
        (this.#readers.get(slot) ?? []).some((reader) => !own.has(reader)),
    );
  }

  words(slots: readonly number[]): number {
    return slots.reduce((sum, slot) => sum + wordsOf(at(this.#widths, slot)), 0);
  }

  /** Operations that cells take, roughly. */
  work(cells: readonly Cell[]): number {
    return cells.reduce(
      (sum, cell) =>
        sum + (this.#placed.has(cell.slot) ? 0 : workOf(cell) * this.words([cell.slot])),
      0,
    );
  }
}

/** Of a word. */
function workOf(cell: Cell): number {
  if (!("operation" in cell)) return 8;
  switch (cell.operation) {
    case "concat":
      return 3 * cell.operands.length;
    case "shiftLeft":
    case "shiftRight":
    case "shiftRightSigned":
    case "lessSigned":
      return 5;
    case "not":
    case "zeroExtend":
      return 1;
    default:
      return 3;
  }
}
