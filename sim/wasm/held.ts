// When the registers of a group change: not where all keep what they hold.

import { at } from "@chisel-ts/core";
import type { Cell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import type { Literal } from "./branches/guards.ts";
import type { Group } from "./plan.ts";

/** When a clock edge changes registers of a group, and when it reads what. */
export interface Edge {
  /** Ways to change them: one whose literals all hold is taken. A way without literals always is. */
  readonly ways: readonly (readonly Literal[])[];
  /** What holds whenever the edge reads an input of a lane. */
  reads(input: number, lane: number): readonly Literal[];
}

/** More ways than this are looked at as one that is always taken. */
const maxWays = 16;

const always: Edge = { ways: [[]], reads: () => [] };

/** One side of choices between next states: the selects, as places of inputs, and the slot that is taken there. */
interface Way {
  readonly literals: readonly Literal[];
  readonly next: number;
}

/** Follows multiplexers whose select is an input. */
export function edgeOf({ kept }: Netlist, { kernel, lanes }: Group): Edge {
  const inputs = new Map(kernel.inputs.map(({ slot }, index) => [slot, index]));
  const cells = new Map(kernel.cells.map((cell) => [cell.slot, cell]));
  const selects = new Set<number>();
  const waysOf = (own: number, next: number, literals: readonly Literal[]): Way[] => {
    if (next === own) return [];
    const cell = cells.get(next);
    const [select = -1, then = -1, otherwise = -1] = cell?.operands ?? [];
    const input = inputs.get(select);
    if (!cell || !("operation" in cell) || cell.operation !== "mux" || input === undefined)
      return [{ literals, next }];
    selects.add(input);
    return [
      ...waysOf(own, then, [...literals, [input, true]]),
      ...waysOf(own, otherwise, [...literals, [input, false]]),
    ];
  };
  const found = kernel.registers.flatMap(({ slot, next }) => waysOf(slot, next, []));
  /** Literals of a lane as slots of the netlist that holds the group. */
  const outside = (literals: readonly Literal[], lane: number): Literal[] =>
    literals.map(([input, value]) => [at(at(kept, at(lanes, lane)).inputs, input), value]);
  const ways = new Map<string, readonly Literal[]>();
  for (const { literals } of found) {
    for (const lane of lanes.keys()) {
      const own = outside(literals, lane);
      ways.set(own.join(), own);
      if (ways.size > maxWays || own.length === 0) return always;
    }
  }
  const read = found.map(({ next }) => behind(cells, next));
  const common = kernel.inputs.map(({ slot }, input) =>
    selects.has(input) ? [] : shared(found.filter((_, way) => read[way]?.has(slot))),
  );
  return { ways: [...ways.values()], reads: (input, lane) => outside(at(common, input), lane) };
}

/** The literals of all of some ways. */
const shared = ([first, ...others]: readonly Way[]): readonly Literal[] =>
  (first?.literals ?? []).filter(([select, value]) =>
    others.every(({ literals }) => literals.some(([s, v]) => s === select && v === value)),
  );

/** The slots that one depends on within a kernel, itself included. */
function behind(cells: ReadonlyMap<number, Cell>, root: number): Set<number> {
  const found = new Set<number>();
  const open = [root];
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    if (found.has(slot)) continue;
    found.add(slot);
    open.push(...(cells.get(slot)?.operands ?? []));
  }
  return found;
}
