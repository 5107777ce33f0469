import type { Module } from "@chisel-ts/core";
import { flatten } from "../../../sim/flatten.ts";

/**
 * On how many ways a change of an input or of state comes to the value that has the most. Icarus follows
 * every one of them, and every bit of a sign extension by itself, where an engine that sorts its values first
 * computes each once: a chain of four 58-bit sign extensions is 58^4 events.
 */
export function eventPaths(top: Module): number {
  const { cells, widths, constants } = flatten(top, { watch: [] });
  const paths = new Map([...constants.keys()].map((slot) => [slot, 0]));
  let most = 1;
  for (const cell of cells) {
    const { slot, operands } = cell;
    const into = operands.reduce((sum, operand) => sum + (paths.get(operand) ?? 1), 0);
    const copies =
      "operation" in cell && cell.operation === "signExtend"
        ? 1 + widths[slot]! - widths[operands[0]!]!
        : 1;
    paths.set(slot, copies * into);
    most = Math.max(most, copies * into);
  }
  return most;
}
