// Finds state that may stay as it is for long.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { append } from "../append.ts";

/** Cells that are looked through for what a register adds to itself. */
const maxSearched = 64;

/**
 * State that is likely to stay for many cycles: registers and words read that hold on a condition, and what is computed of such
 * alone. Inputs and results of instances may change in every cycle, and so may what sums them up.
 */
export function slowState({
  cells,
  constants,
  inputs,
  memories,
  registers,
  results,
}: Netlist): Set<number> {
  const cellOf = new Map(cells.map((cell) => [cell.slot, cell]));
  const readers = new Map<number, number[]>();
  const reads = (slot: number, reader: number): void => append(readers, slot, reader);
  for (const { slot, operands } of cells) for (const operand of operands) reads(operand, slot);
  for (const { slot, next } of registers) {
    const arms = armsOf(next, cellOf);
    const read = arms.has(slot) ? [...arms].filter((arm) => dependsOn(arm, slot, cellOf)) : [next];
    for (const arm of read) if (arm !== slot) reads(arm, slot);
  }
  for (const memory of memories)
    for (const { slot, address, enable } of memory.reads)
      if (constants.get(enable) === 1n) reads(address, slot);
  const fast = new Set<number>();
  const open = [...inputs, ...results].map(({ slot }) => slot);
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    if (fast.has(slot)) continue;
    fast.add(slot);
    open.push(...(readers.get(slot) ?? []));
  }
  const state = [
    ...registers.map(({ slot }) => slot),
    ...memories.flatMap((memory) => memory.reads.map(({ slot }) => slot)),
  ];
  return new Set(state.filter((slot) => !fast.has(slot)));
}

/** What multiplexers choose from. */
function armsOf(root: number, cellOf: ReadonlyMap<number, Cell>): Set<number> {
  const visited = new Set<number>();
  const arms = new Set<number>();
  const open = [root];
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    if (visited.has(slot)) continue;
    visited.add(slot);
    const cell = cellOf.get(slot);
    if (cell && "operation" in cell && cell.operation === "mux")
      open.push(at(cell.operands, 1), at(cell.operands, 2));
    else arms.add(slot);
  }
  return arms;
}

/** Whether a slot is found among the nearest that one depends on. */
function dependsOn(root: number, wanted: number, cellOf: ReadonlyMap<number, Cell>): boolean {
  const visited = new Set<number>();
  let open = [root];
  while (open.length > 0 && visited.size < maxSearched) {
    for (const slot of open) visited.add(slot);
    open = open
      .flatMap((slot) => cellOf.get(slot)?.operands ?? [])
      .filter((slot) => !visited.has(slot));
    if (open.includes(wanted)) return true;
  }
  return false;
}
