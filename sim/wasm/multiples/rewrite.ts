// Computes multiples of a value by one multiplication, where that takes fewer instructions.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import type { Netlist } from "../../netlist.ts";
import { costOf } from "./cost.ts";
import { isZero } from "./factor.ts";
import { Search } from "./search.ts";
import { Uses } from "./uses.ts";
import { MultipleWriter } from "./writer.ts";

/**
 * A netlist with the same values. A chain of negations, choices, shifts and sums of one value x is often x times a factor that
 * depends on narrow control values alone: where that is cheaper, the factor is computed instead of the chain, in smaller
 * elements, and multiplied by x. Slots keep their numbers; cells that nothing reads are left out.
 */
export function multiplyMultiples(netlist: Netlist): Netlist {
  const search = new Search(netlist);
  const widths = [...netlist.widths];
  const constants = new Map(netlist.constants);
  const uses = new Uses(netlist);
  const replaced = new Map<number, readonly Cell[]>();
  // From what is read last: within a chain that is replaced nothing is looked for.
  for (const { slot } of [...netlist.cells].reverse()) {
    const multiple = uses.isRead(slot) ? search.found(slot) : undefined;
    if (multiple?.of === undefined || isZero(multiple.factor)) continue;
    const writer = new MultipleWriter(widths.length);
    const value = { slot: multiple.of, width: at(widths, multiple.of) };
    writer.write({ slot, width: at(widths, slot) }, multiple.factor, value);
    const own = [...widths, ...writer.widths];
    const cost = writer.cells.reduce((sum, cell) => sum + costOf(cell, own), 0);
    if (!uses.replace(slot, writer.cells, cost)) continue;
    widths.push(...writer.widths);
    for (const [constant, bits] of writer.constants) constants.set(constant, bits);
    replaced.set(slot, writer.cells);
  }
  return {
    ...netlist,
    widths,
    constants,
    levels: widths.map((_, slot) => netlist.levels.at(slot) ?? 0),
    cells: netlist.cells.flatMap((cell) =>
      uses.isRead(cell.slot) ? (replaced.get(cell.slot) ?? [cell]) : [],
    ),
  };
}
