// What follows from the value of a condition.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Literal } from "./guards.ts";

/**
 * A 1-bit value and others that follow from it, itself first: both sides of an `and` that is 1 and of an `or` that is 0, and what
 * a `not` inverts; so many at most.
 */
export function impliedBy(
  literal: Literal,
  cellOf: (slot: number) => Cell | undefined,
  maximum: number,
): ReadonlyMap<number, boolean> {
  const found = new Map<number, boolean>();
  const open = [literal];
  for (let next = open.pop(); next && found.size < maximum; next = open.pop()) {
    const [slot, is] = next;
    if (found.has(slot)) continue;
    found.set(slot, is);
    const cell = cellOf(slot);
    if (!cell || !("operation" in cell)) continue;
    if (cell.operation === "not") open.push([at(cell.operands, 0), !is]);
    if (cell.operation === (is ? "and" : "or"))
      open.push(...cell.operands.map((one): Literal => [one, is]));
  }
  return found;
}
