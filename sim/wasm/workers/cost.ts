// Estimates what a cycle of each unit costs, in instructions.

import { at } from "@chisel-ts/core";
import { elementBytes } from "../../column.ts";
import type { Netlist } from "../../netlist.ts";
import { wordsOf } from "../lane-layout.ts";
import type { Group, Plan } from "../plan.ts";

/** Instructions of an operation outside of loops: it, and what brings its operands. */
const perOperation = 2;
/** Instructions that bring a value to a column or from one. */
export const perColumn = 4;
/** Instructions that check, copy and give back an element of a port's column, which the first thread does for both. */
export const perPort = 16;
/** Bytes of the vectors that loops compute with. */
const vectorBytes = 16;

/** What a cycle of every unit of a plan's netlist costs, in the order of `unitsOf`. */
export function costsOf({ netlist, groups }: Plan): number[] {
  const { registers, memories, kept, cells, widths } = netlist;
  const lanes = kept.map(() => 0);
  for (const group of groups) {
    const cost = laneCost(group);
    for (const lane of group.lanes) lanes[lane] = cost;
  }
  const words = (slot: number): number => wordsOf(at(widths, slot));
  return [
    ...registers.map(({ slot }) => 2 * words(slot)),
    ...memories.map(({ memory, reads, writes }) => {
      const ports = reads.length + writes.length;
      return perOperation * ports * (1 + wordsOf(memory.width));
    }),
    ...lanes,
    ...cells.map(({ slot, operands }) => {
      const widest = Math.max(words(slot), ...operands.map(words));
      return perOperation * widest;
    }),
  ];
}

/** What one lane adds to the cost of its loop. */
function laneCost({ kernel }: Group): number {
  const share = (kernel: Netlist, slot: number): number =>
    elementBytes(at(kernel.widths, slot)) / vectorBytes;
  const sum = (slots: readonly { readonly slot: number }[]): number =>
    slots.reduce((sum, { slot }) => sum + share(kernel, slot), 0);
  return sum(kernel.cells) + 2 * (sum(kernel.registers) + sum(kernel.inputs));
}
