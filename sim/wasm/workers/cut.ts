// Chooses where a netlist is cut in two, so that nothing that the first part computes depends on the second.

import { at } from "@chisel-ts/core";
import { wordsOf } from "../lane-layout.ts";
import type { Plan } from "../plan.ts";
import { componentsOf } from "./components.ts";
import { costsOf, Load, perColumn, perPort, type UnitCost } from "./cost.ts";
import { dependenciesOf, type Units, unitsOf } from "./units.ts";

/** A cut of a netlist into two parts. */
export interface Cut {
  /** The units of the first part: all that they depend on, in this cycle and in earlier ones, is among them. */
  readonly first: ReadonlySet<number>;
  /** Instructions of a cycle of the whole, and of the thread that takes longer, hand-over included. */
  readonly whole: number;
  readonly longer: number;
}

/**
 * The cut after which the busier thread has the least to do, of those that some orders of dependence offer: the order of the netlist,
 * and the orders in which the outputs are computed one by one, from the first or from the last on. None where everything
 * depends on everything.
 */
export function cutOf(plan: Plan): Cut | undefined {
  const units = unitsOf(plan.netlist);
  const dependencies = dependenciesOf(units);
  const costs = costsOf(plan);
  const outputs = plan.netlist.outputs
    .map(({ slot }) => units.makerOf.get(slot))
    .filter((unit) => unit !== undefined);
  const cuts = [[], outputs, outputs.toReversed()].flatMap((roots) => {
    const cut = bestCut(plan, units, costs, componentsOf(dependencies, roots));
    return cut ? [cut] : [];
  });
  return cuts.sort((a, b) => a.longer - b.longer)[0];
}

/** The best of the cuts between two neighbours in an order of dependence. */
function bestCut(
  { netlist: { widths, signals } }: Plan,
  { all, makerOf }: Units,
  costs: readonly UnitCost[],
  components: readonly (readonly number[])[],
): Cut | undefined {
  const place = new Int32Array(all.length);
  components.forEach((members, index) => {
    for (const unit of members) place[unit] = index;
  });
  /** The last place in which a slot is read. */
  const lastRead = new Map<number, number>();
  all.forEach(({ reads }, unit) => {
    for (const slot of reads) {
      if (makerOf.has(slot)) lastRead.set(slot, Math.max(lastRead.get(slot) ?? 0, at(place, unit)));
    }
  });
  // What the hand-over after each place costs more than after the one before it.
  const more = new Float64Array(components.length + 1);
  const add = (index: number, cost: number): void => {
    more[index] = at(more, index) + cost;
  };
  for (const [slot, last] of lastRead) {
    const cost = perColumn * wordsOf(at(widths, slot));
    add(at(place, at(makerOf, slot)), cost);
    add(last, -cost);
  }
  // The first thread brings all columns to where they are computed, and back.
  const [before, after] = [new Load(perPort * signals.size), new Load(0)];
  for (const cost of costs) after.change(cost, 1);
  const whole = before.cost + after.cost;
  let [crossing, best, longer] = [0, -1, Number.POSITIVE_INFINITY];
  components.forEach((members, index) => {
    for (const unit of members) {
      before.change(at(costs, unit), 1);
      after.change(at(costs, unit), -1);
    }
    crossing += at(more, index);
    const time = Math.max(before.cost, after.cost) + crossing;
    if (index === components.length - 1 || time >= longer) return;
    [best, longer] = [index, time];
  });
  if (best < 0) return undefined;
  return { first: new Set(components.slice(0, best + 1).flat()), whole, longer };
}
