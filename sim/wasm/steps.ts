// What a cycle computes, in an order in which everything follows what it depends on.

import { at } from "@chisel-ts/core";
import type { Cell } from "../cells.ts";
import type { Netlist, Result } from "../netlist.ts";
import type { Literal, Use } from "./branches/guards.ts";
import { Needs } from "./branches/needs.ts";
import {
  type Block,
  type BranchLimits,
  branched,
  cellsIn,
  type Item,
  selectsIn,
} from "./branches/schedule.ts";
import type { GroupLayout, Layout } from "./layout.ts";
import type { Plan, QuietBlock } from "./plan.ts";

/** Results of one group's instances that are computed at once. */
export interface GroupStep {
  readonly layout: GroupLayout;
  readonly computed: readonly Result[];
  /** They matter only where all of these hold. */
  readonly when: readonly Literal[];
}

export type Step = Item | GroupStep;

/** Cells that a branch leaves out, at least and at most. */
const [minGuarded, maxGuarded] = [12, 4096];

/** Multiplexers that are worth a branch of their own. */
const minMuxes = 8;

/** What is to be computed, in an order in which everything follows what it depends on. */
export function stepsOf(
  { netlist, quiet }: Plan,
  { groups }: Layout,
  needed: ReadonlySet<number>,
  roots: readonly Use[],
): Step[] {
  const { cells, levels } = netlist;
  const needs = new Needs(netlist, roots, needed);
  // Cells of quiet blocks are known before all others; those that are no outputs are not known elsewhere.
  const within = new Set(quiet.flatMap(({ cells }) => cells.map(({ slot }) => slot)));
  const outputs = new Set(quiet.flatMap((block) => block.outputs));
  const isKnown = (select: number, level: number): boolean =>
    at(levels, select) <= level && (outputs.has(select) || !within.has(select));
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
      const when = needs.common(slots, (select) => isKnown(select, level - 1));
      stepsOf(level).evaluations.push({ layout, computed: own, when });
    }
  }
  for (const cell of cells) {
    if (needed.has(cell.slot) && !within.has(cell.slot))
      stepsOf(at(levels, cell.slot)).cells.push(cell);
  }
  const inOrder = [...byLevel].sort(([a], [b]) => a - b);
  // What is read elsewhere is left out only where nothing needs it, by one select that is known in time.
  const uses = new Map<number, Use[]>();
  const use = (slot: number, from?: number): void => {
    const level = at(levels, slot);
    if (level === from) return;
    const own = uses.get(level) ?? [];
    uses.set(level, own);
    own.push([slot, needs.common([slot], (select) => isKnown(select, level)).slice(-1)]);
  };
  for (const [slot] of roots) use(slot);
  for (const [level, { evaluations, cells: own }] of inOrder) {
    for (const step of evaluations) for (const slot of readBy(netlist, step)) use(slot);
    for (const { operands } of own) for (const slot of operands) use(slot, level);
  }
  const limits = branchLimits(netlist);
  return inOrder.flatMap(([level, { evaluations, cells: own }]) => [
    ...evaluations,
    ...branched(own, uses.get(level) ?? [], limits),
  ]);
}

/** What branches are made for. */
export function branchLimits({ cells, constants, widths }: Netlist): BranchLimits {
  // A branch costs the compiler as many steps as a function has locals.
  const worth = Math.ceil(cells.length / 500);
  return {
    min: Math.max(minGuarded, worth),
    max: maxGuarded,
    minMuxes: Math.max(minMuxes, worth),
    accepts: (select) => !constants.has(select),
    isBit: (slot) => widths[slot] === 1,
  };
}

/** The cells of a quiet block, in branches. */
export const quietCells = (netlist: Netlist, { cells, outputs }: QuietBlock): Block =>
  branched(
    cells,
    outputs.map((slot) => [slot]),
    branchLimits(netlist),
  );

/** The slots that a step reads. */
export function readBy({ kept }: Netlist, step: Step): readonly number[] {
  if (!("computed" in step))
    return [...cellsIn([step]).flatMap(({ operands }) => operands), ...selectsIn([step])];
  return [
    ...step.when.map(([select]) => select),
    ...step.computed.flatMap(({ instance, needs }) =>
      needs.map((input) => at(at(kept, instance).inputs, input)),
    ),
  ];
}
