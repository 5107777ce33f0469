// Computes multiples of a value by one multiplication, where that takes fewer instructions.

import { at } from "@chisel-ts/core";
import type { Netlist } from "../../../netlist.ts";
import { Rewriting } from "../rewriting.ts";
import { isZero } from "./factor.ts";
import { Search } from "./search.ts";
import { MultipleWriter } from "./writer.ts";

/**
 * A netlist with the same values. A chain of negations, choices, shifts and sums of one value x is often x times a factor that
 * depends on narrow control values alone: where that is cheaper, the factor is computed instead of the chain, in smaller
 * elements, and multiplied by x.
 */
export function multiplyMultiples(netlist: Netlist): Netlist {
  const search = new Search(netlist);
  const sized = (slot: number) => ({ slot, width: at(netlist.widths, slot) });
  // From what is read last: within a chain that is replaced nothing is looked for.
  return new Rewriting(netlist).replaceCells(({ slot }, addition) => {
    const multiple = search.found(slot);
    if (multiple?.of === undefined || isZero(multiple.factor)) return false;
    new MultipleWriter(addition).write(sized(slot), multiple.factor, sized(multiple.of));
    return true;
  });
}
