// Orders the lanes of groups so that copies between them are long runs.

import { at } from "@chisel-ts/core";
import type { Netlist } from "../netlist.ts";
import type { Group, Plan } from "./plan.ts";

/**
 * Puts the lanes of groups in the order in which others read them, so that what is brought from one group to another is
 * copied in long runs. Lanes that are computed together stay neighbours.
 */
export function orderLanes({ netlist, groups, quiet }: Plan): Plan {
  const sources = new Map(netlist.results.map(({ slot, instance }) => [slot, instance]));
  const rank = new Map<number, number>();
  // Sums have few lanes and are read last; of equal sizes, registers are read first.
  const last = [...groups].sort(
    (a, b) =>
      a.lanes.length - b.lanes.length || a.kernel.registers.length - b.kernel.registers.length,
  );
  const ordered = new Map<Group, Group>();
  for (const group of last) {
    const lanes = sorted(netlist, group, rank);
    const laneOf = new Map(lanes.map((instance, lane) => [instance, lane]));
    ordered.set(group, { ...group, lanes, laneOf });
    group.kernel.inputs.forEach((_, input) => {
      for (const lane of lanes) {
        const source = sources.get(at(at(netlist.kept, lane).inputs, input));
        if (source !== undefined && !rank.has(source)) rank.set(source, rank.size);
      }
    });
  }
  return { netlist, groups: groups.map((group) => ordered.get(group) ?? group), quiet };
}

function sorted(
  { levels }: Netlist,
  { lanes, results }: Group,
  rank: ReadonlyMap<number, number>,
): readonly number[] {
  const stage = new Map<number, number>();
  for (const { slot, instance } of results)
    stage.set(instance, Math.max(stage.get(instance) ?? 0, at(levels, slot)));
  const place = (instance: number): number => rank.get(instance) ?? Number.MAX_SAFE_INTEGER;
  return [...lanes].sort(
    (a, b) => (stage.get(a) ?? 0) - (stage.get(b) ?? 0) || place(a) - place(b) || a - b,
  );
}
