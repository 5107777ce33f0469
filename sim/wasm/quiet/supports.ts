// Finds the state that cells depend on.

import type { Netlist } from "../../netlist.ts";
import { slowState } from "./slow.ts";

/** The state that a cell depends on: in order, and the same set for the same state. */
export type Support = readonly number[];

/** More is not a support. */
const maxSupport = 24;

/** The state behind cells, where it is slow and not too much. */
export function supportsOf(netlist: Netlist): Map<number, Support> {
  const { cells, constants } = netlist;
  const slow = slowState(netlist);
  const known = new Map<string, Support>();
  const interned = (slots: readonly number[]): Support => {
    const key = slots.join();
    const support = known.get(key) ?? slots;
    known.set(key, support);
    return support;
  };
  const none = interned([]);
  const found = new Map<number, Support>();
  const cellSlots = new Set(cells.map(({ slot }) => slot));
  const of = (slot: number): Support | undefined => {
    if (constants.has(slot)) return none;
    if (cellSlots.has(slot)) return found.get(slot);
    return slow.has(slot) ? interned([slot]) : undefined;
  };
  for (const { slot, operands, ...cell } of cells) {
    if ("from" in cell && typeof cell.from === "number") continue;
    const own = operands.map(of);
    if (own.includes(undefined)) continue;
    const union = new Set(own.flatMap((support) => support ?? []));
    if (union.size <= maxSupport) found.set(slot, interned([...union].sort((a, b) => a - b)));
  }
  return found;
}
