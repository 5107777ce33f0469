// Finds cells that need not be computed again while the state that they depend on stays as it is.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { guardsOf, type Use } from "../branches/guards.ts";
import { isPlacedSlice, wordsOf } from "../lane-layout.ts";
import type { QuietBlock } from "../plan.ts";
import { stateUses } from "../uses.ts";
import { type Support, supportsOf } from "./supports.ts";

const limits = {
  /** Cells of all blocks. */
  cells: 8192,
  /** What a block is worth at least, in operations; and its worth for each operation that it costs while it is quiet. */
  worth: 48,
  ratio: 2,
  /** Sets of state that are tried. */
  tried: 256,
};

/**
 * Cells that depend on the same state are a block, if they are enough to make up for comparing that state with what it was. Only cells
 * that no branch leaves out count.
 */
export function quietBlocks(netlist: Netlist): QuietBlock[] {
  const { cells, widths } = netlist;
  const uses = usesOf(netlist);
  const always = unguarded(netlist, uses);
  const supports = supportsOf(netlist);
  const classes = new Map<Support, Cell[]>();
  for (const cell of cells) {
    const support = supports.get(cell.slot);
    if (!support || support.length === 0 || !always.has(cell.slot)) continue;
    const own = classes.get(support);
    if (own) own.push(cell);
    else classes.set(support, [cell]);
  }
  const cellOf = new Map(cells.map((cell) => [cell.slot, cell]));
  /** Slices of state are read in their place. */
  const placed = new Set(
    cells.flatMap((cell) =>
      isPlacedSlice(cell, widths, netlist.constants) && !cellOf.has(at(cell.operands, 0))
        ? [cell.slot]
        : [],
    ),
  );
  const wordsIn = (slots: readonly number[]): number =>
    slots.reduce((sum, slot) => sum + wordsOf(at(widths, slot)), 0);
  const work = (cell: Cell): number =>
    placed.has(cell.slot) ? 0 : workOf(cell) * wordsIn([cell.slot]);
  const tried = [...classes]
    .map(([support, own]) => ({
      support,
      worth: own.reduce((sum, one) => sum + work(one), 0),
    }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, limits.tried)
    .sort((a, b) => a.support.length - b.support.length);
  const readers = readersOf(netlist, uses);
  const places = new Map(cells.map(({ slot }, place) => [slot, place]));
  const chosen = new Set<number>();
  const compared = new Set<number>();
  const blocks: QuietBlock[] = [];
  for (const { support } of tried) {
    const within = new Set(support);
    const roots = [...classes].flatMap(([other, own]) =>
      other.every((slot) => within.has(slot)) ? own.map(({ slot }) => slot) : [],
    );
    const block = behind(roots, cellOf, chosen);
    const outputs = [...block].filter(
      (slot) => !placed.has(slot) && (readers.get(slot) ?? []).some((reader) => !block.has(reader)),
    );
    const own = [...block].flatMap((slot) => cellOf.get(slot) ?? []);
    const worth = own.reduce((sum, cell) => sum + work(cell), 0);
    const words = wordsIn(support.filter((slot) => !compared.has(slot)));
    const cost = 6 * words + 2 * support.length + 3 * wordsIn(outputs);
    if (worth - cost < limits.worth || worth < limits.ratio * cost) continue;
    if (chosen.size + block.size > limits.cells) continue;
    for (const slot of block) chosen.add(slot);
    for (const slot of support) compared.add(slot);
    own.sort((a, b) => at(places, a.slot) - at(places, b.slot));
    blocks.push({ leaves: support, cells: own, outputs });
  }
  return blocks;
}

/** What the state after a clock edge depends on, and instances. */
const usesOf = (netlist: Netlist): Use[] => [
  ...stateUses(netlist),
  ...netlist.kept.flatMap(({ inputs }) => inputs.map((slot): Use => [slot])),
];

/** The cells that those uses need in every cycle. */
function unguarded({ cells, constants, widths }: Netlist, uses: readonly Use[]): Set<number> {
  const cellOf = new Map(cells.map((cell) => [cell.slot, cell]));
  const needed = behind(
    uses.map(([slot]) => slot),
    cellOf,
    new Set(),
  );
  const own = cells.filter(({ slot }) => needed.has(slot));
  const guards = guardsOf(own, uses, {
    min: 12,
    max: own.length,
    accepts: (select) => !constants.has(select),
    isBit: (slot) => widths[slot] === 1,
  });
  return new Set(own.flatMap(({ slot }) => (guards.has(slot) ? [] : [slot])));
}

/** Who reads a slot: cells by their slots, everything else as −1. */
function readersOf(
  { cells, outputs, signals }: Netlist,
  uses: readonly Use[],
): Map<number, number[]> {
  const readers = new Map<number, number[]>();
  const read = (slot: number, reader: number): void => {
    const own = readers.get(slot);
    if (own) own.push(reader);
    else readers.set(slot, [reader]);
  };
  for (const { slot, operands } of cells) for (const operand of operands) read(operand, slot);
  for (const [slot] of uses) read(slot, -1);
  for (const { slot } of [...outputs, ...signals.values()]) read(slot, -1);
  return readers;
}

/** The cells that some slots depend on, but for those that are chosen. */
function behind(
  roots: readonly number[],
  cellOf: ReadonlyMap<number, Cell>,
  chosen: ReadonlySet<number>,
): Set<number> {
  const found = new Set<number>();
  const open = [...roots];
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    const cell = cellOf.get(slot);
    if (!cell || found.has(slot) || chosen.has(slot)) continue;
    found.add(slot);
    open.push(...cell.operands);
  }
  return found;
}

/** Instructions that a cell takes, roughly. */
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
