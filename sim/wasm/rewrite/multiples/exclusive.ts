// Finds conditions that exclude one another.

import type { Cell, OperationCell } from "../../../cells.ts";
import type { Netlist } from "../../../netlist.ts";
import { impliedBy } from "../../branches/implied.ts";

/** Values that all hold at once, by what has them: a slot, or some bits of one. */
export type Facts = ReadonlyMap<string, bigint>;

/** Whether two conjunctions never hold together: something has one value in one and another in the other. */
export const exclude = (a: Facts, b: Facts): boolean =>
  [...a].some(([what, value]) => (b.get(what) ?? value) !== value);

export const both = (a: Facts, b: Facts): Facts => new Map([...a, ...b].slice(0, maxFacts));

/** Fewer facts exclude less, and long chains of conjunctions do not take long. */
const maxFacts = 32;

/** What follows from the value of a condition. */
export class Conditions {
  readonly #netlist: Netlist;
  readonly #cells: ReadonlyMap<number, Cell>;

  constructor(netlist: Netlist, cells: ReadonlyMap<number, Cell>) {
    this.#netlist = netlist;
    this.#cells = cells;
  }

  /** Facts that hold where a 1-bit slot is 1, or where it is 0. */
  facts(slot: number, value: boolean): Facts {
    const found = new Map<string, bigint>();
    for (const [one, is] of impliedBy([slot, value], this.#operation, maxFacts)) {
      found.set(this.#nameOf(one), is ? 1n : 0n);
      const cell = this.#operation(one);
      if (cell?.operation !== "equal" || !is) continue;
      for (const [side, other] of [cell.operands, [...cell.operands].reverse()]) {
        const constant = this.#netlist.constants.get(other ?? -1);
        if (constant !== undefined) found.set(this.#nameOf(side ?? -1), constant);
      }
    }
    return found;
  }

  readonly #operation = (slot: number): OperationCell | undefined => {
    const cell = this.#cells.get(slot);
    return cell && "operation" in cell ? cell : undefined;
  };

  /** The same for slices of the same bits. */
  #nameOf(slot: number): string {
    const cell = this.#operation(slot);
    return cell?.operation === "slice"
      ? `${cell.operands.join()} ${cell.parameters.join(":")}`
      : `${slot}`;
  }
}
