// What a cycle computes, in an order in which everything follows what it depends on.

import { at } from "@chisel-ts/core";
import type { Cell } from "../cells.ts";
import type { Netlist, Result } from "../netlist.ts";
import { type Guarded, guardCells, type Literal, type Use } from "./guards.ts";
import type { GroupLayout, Layout } from "./layout.ts";
import { Needs } from "./needs.ts";

/** Results of one group's instances that are computed at once. */
export interface GroupStep {
  readonly layout: GroupLayout;
  readonly computed: readonly Result[];
  /** They matter only where all of these hold. */
  readonly when: readonly Literal[];
}

export type Step = Guarded<Cell> | GroupStep;

/** Cells that a branch leaves out, at least and at most. */
const [minGuarded, maxGuarded] = [12, 4096];

/** What is to be computed, in an order in which everything follows what it depends on. */
export function stepsOf(
  netlist: Netlist,
  { groups }: Layout,
  needed: ReadonlySet<number>,
  roots: readonly Use[],
): Step[] {
  const { cells, levels } = netlist;
  const needs = new Needs(netlist, roots, needed);
  const byLevel = new Map<number, { evaluations: GroupStep[]; cells: Cell[] }>();
  const stepsOf = (level: number): { evaluations: GroupStep[]; cells: Cell[] } => {
    const own = byLevel.get(level) ?? { evaluations: [], cells: [] };
    byLevel.set(level, own);
    return own;
  };
  for (const layout of groups) {
    const { kernel, results } = layout.group;
    const registers = new Set(kernel.registers.map(({ slot }) => slot));
    const computed = new Map<number, Result[]>();
    for (const result of results) {
      const slot = at(kernel.signals, result.signal).slot;
      if (!needed.has(result.slot) || registers.has(slot)) continue;
      const level = at(levels, result.slot);
      const own = computed.get(level) ?? [];
      computed.set(level, own);
      own.push(result);
    }
    for (const [level, own] of computed) {
      const slots = own.map(({ slot }) => slot);
      const when = needs.common(slots, (select) => at(levels, select) < level);
      stepsOf(level).evaluations.push({ layout, computed: own, when });
    }
  }
  for (const cell of cells) {
    if (needed.has(cell.slot)) stepsOf(at(levels, cell.slot)).cells.push(cell);
  }
  const inOrder = [...byLevel].sort(([a], [b]) => a - b);
  // What is read elsewhere is left out only where nothing needs it, by one select that is known in time.
  const uses = new Map<number, Use[]>();
  const use = (slot: number, from?: number): void => {
    const level = at(levels, slot);
    if (level === from) return;
    const own = uses.get(level) ?? [];
    uses.set(level, own);
    own.push([slot, needs.common([slot], (select) => at(levels, select) <= level).slice(-1)]);
  };
  for (const [slot] of roots) use(slot);
  for (const [level, { evaluations, cells: own }] of inOrder) {
    for (const step of evaluations) for (const slot of readBy(netlist, step)) use(slot);
    for (const { operands } of own) for (const slot of operands) use(slot, level);
  }
  const limits = {
    // A branch costs the compiler as many steps as a function has locals.
    min: Math.max(minGuarded, Math.ceil(cells.length / 500)),
    max: maxGuarded,
    accepts: (select: number) => !netlist.constants.has(select),
    isBit: (slot: number) => netlist.widths[slot] === 1,
  };
  return inOrder.flatMap(([level, { evaluations, cells: own }]) => [
    ...evaluations,
    ...guardCells(own, uses.get(level) ?? [], limits),
  ]);
}

/** The slots that a step reads. */
export const readBy = ({ kept }: Netlist, step: Step): readonly number[] =>
  "cell" in step
    ? step.cell.operands
    : [
        ...step.when.map(([select]) => select),
        ...step.computed.flatMap(({ instance, needs }) =>
          needs.map((input) => at(at(kept, instance).inputs, input)),
        ),
      ];

/** Every slot that some depend on within the cycle, themselves included. */
export function slotsBehind(netlist: Netlist, roots: readonly number[]): Set<number> {
  const behind = new Map<number, readonly number[]>();
  for (const { slot, operands } of netlist.cells) behind.set(slot, operands);
  for (const { slot, instance, needs } of netlist.results) {
    behind.set(
      slot,
      needs.map((input) => at(at(netlist.kept, instance).inputs, input)),
    );
  }
  const found = new Set<number>();
  const stack = [...roots];
  for (let slot = stack.pop(); slot !== undefined; slot = stack.pop()) {
    if (found.has(slot)) continue;
    found.add(slot);
    for (const next of behind.get(slot) ?? []) stack.push(next);
  }
  return found;
}
