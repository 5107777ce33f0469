// When the registers of a group change: not where all keep what they hold.

import { at } from "@chisel-ts/core";
import type { Cell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import type { Literal } from "./guards.ts";
import type { GroupLayout } from "./layout.ts";

/**
 * When a clock edge changes registers of a group, and when each input matters to it. Selects of literals are places in the
 * kernel's list of inputs.
 */
export interface Edge {
  /** Ways to change them: one whose literals all hold is taken. A way without literals always is. */
  readonly ways: readonly (readonly Literal[])[];
  /** Of every input, literals that hold whenever the edge reads it. */
  readonly inputs: readonly (readonly Literal[])[];
}

/** More ways than this are looked at as one that is always taken. */
const maxWays = 8;

/** One side of choices between next states, and the slot that is taken there. */
interface Way {
  readonly literals: readonly Literal[];
  readonly next: number;
}

/** Follows multiplexers whose select is an input that is one value for all lanes. */
export function edgeOf({ group: { kernel, lanes }, inputs }: GroupLayout): Edge {
  const shared = new Map<number, number>();
  kernel.inputs.forEach(({ slot }, index) => {
    if ((inputs[index]?.lanesEach ?? 1) >= lanes.length) shared.set(slot, index);
  });
  const cells = new Map(kernel.cells.map((cell) => [cell.slot, cell]));
  const waysOf = (own: number, next: number, literals: readonly Literal[]): Way[] => {
    if (next === own) return [];
    const cell = cells.get(next);
    const [select = -1, then = -1, otherwise = -1] = cell?.operands ?? [];
    const selected = shared.get(select);
    if (!cell || !("operation" in cell) || cell.operation !== "mux" || selected === undefined)
      return [{ literals, next }];
    return [
      ...waysOf(own, then, [...literals, [selected, true]]),
      ...waysOf(own, otherwise, [...literals, [selected, false]]),
    ];
  };
  const found = kernel.registers.flatMap(({ slot, next }) => waysOf(slot, next, []));
  if (found.length > maxWays) return { ways: [[]], inputs: kernel.inputs.map(() => []) };
  const read = found.map(({ next }) => behind(cells, next));
  return {
    ways: found.map(({ literals }) => literals),
    inputs: kernel.inputs.map(({ slot }) =>
      shared.has(slot) ? [] : common(found.filter((_, way) => read[way]?.has(slot))),
    ),
  };
}

/** The literals of all of some ways. */
const common = ([first, ...others]: readonly Way[]): readonly Literal[] =>
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

/** Literals as slots of the netlist that holds the group. */
export const outside = (
  { kept }: Netlist,
  { group: { lanes } }: GroupLayout,
  literals: readonly Literal[],
): Literal[] => literals.map(([input, value]) => [at(at(kept, at(lanes, 0)).inputs, input), value]);
