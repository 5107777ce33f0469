// Estimates what a cycle of each unit costs, in instructions.

import { at } from "@chisel-ts/core";
import { elementBytes } from "../../column.ts";
import { wordsOf } from "../lane-layout.ts";
import type { Group, Plan } from "../plan.ts";
import { costOf } from "../rewrite/cost.ts";
import { lanesPerBlock } from "../simd/element.ts";

/** Instructions of an operation outside of loops: it, and what brings its operands. */
const perOperation = 2;
/** Instructions that bring a value to a column or from one. */
export const perColumn = 4;
/** Instructions that check, copy and give back an element of a port's column, which the first thread does for both. */
export const perPort = 16;

/** What a cycle of a unit costs, and the loop that computes it, if one does. */
export interface UnitCost {
  readonly cost: number;
  readonly loop: Group | undefined;
}

/** The costs of every unit of a plan's netlist, in the order of `unitsOf`. */
export function costsOf({ netlist, groups }: Plan): UnitCost[] {
  const { registers, memories, kept, cells, widths } = netlist;
  const alone = (cost: number): UnitCost => ({ cost, loop: undefined });
  const lanes = kept.map(() => alone(0));
  for (const loop of groups) {
    const cost = laneCost(loop);
    for (const lane of loop.lanes) lanes[lane] = { cost, loop };
  }
  const words = (slot: number): number => wordsOf(at(widths, slot));
  return [
    ...registers.map(({ slot }) => alone(2 * words(slot))),
    ...memories.map(({ memory, reads, writes }) => {
      const ports = reads.length + writes.length;
      return alone(perOperation * ports * (1 + wordsOf(memory.width)));
    }),
    ...lanes,
    ...cells.map(({ slot, operands }) => {
      const widest = Math.max(words(slot), ...operands.map(words));
      return alone(perOperation * widest);
    }),
  ];
}

/** What a thread has to do in a cycle: loops compute whole blocks of lanes. */
export class Load {
  cost: number;
  readonly #lanes = new Map<Group, number>();

  constructor(cost: number) {
    this.cost = cost;
  }

  /** Adds a unit, or takes one away. */
  change({ cost, loop }: UnitCost, by: 1 | -1): void {
    if (!loop) {
      this.cost += by * cost;
      return;
    }
    const lanes = this.#lanes.get(loop) ?? 0;
    const blocks = (count: number): number => Math.ceil(count / lanesPerBlock);
    this.cost += (blocks(lanes + by) - blocks(lanes)) * lanesPerBlock * cost;
    this.#lanes.set(loop, lanes + by);
  }
}

/** What one lane adds to the cost of its loop. */
function laneCost({ kernel: { cells, widths, registers, inputs } }: Group): number {
  const moved = (slots: readonly { readonly slot: number }[]): number =>
    slots.reduce((sum, { slot }) => sum + elementBytes(at(widths, slot)), 0);
  const computed = cells.reduce((sum, cell) => sum + costOf(cell, widths), 0);
  return (computed + 2 * (moved(registers) + moved(inputs))) / lanesPerBlock;
}
