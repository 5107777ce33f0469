import type { ir } from "@chisel-ts/core";
import { flatten } from "../flatten.ts";
import type { Netlist } from "../netlist.ts";
import { lanesPerBlock } from "./simd/element.ts";

/** The instances of one module, computed together in a loop; one of them is a lane. */
export interface Group {
  readonly module: ir.ModuleIr;
  /** The module, dissolved: what one lane computes. */
  readonly kernel: Netlist;
  /** Places in the netlist's list of kept instances; lanes that are computed together are neighbours. */
  readonly lanes: readonly number[];
  /** The lane of each of those instances. */
  readonly laneOf: ReadonlyMap<number, number>;
}

export interface Plan {
  readonly netlist: Netlist;
  readonly groups: readonly Group[];
}

/** Below this many instances a loop over vectors is no faster than straight code. */
const fewestLanes = lanesPerBlock / 2;

/** A loop's body has this many cells at most, which bounds the time that its compilation takes. */
const mostCells = 4096;

/** Decides which instances are computed in loops and dissolves the rest. */
export function planGroups(top: ir.ModuleIr, watch: readonly string[]): Plan {
  const keep = repeatedModules(top);
  for (;;) {
    const netlist = flatten(top, { keep, watch });
    const modules = [...new Set(netlist.kept.map(({ module }) => module))];
    const serial = modules.filter((module) => isSerial(netlist, module));
    if (serial.length === 0) {
      return { netlist, groups: modules.map((module) => groupOf(netlist, module)) };
    }
    for (const module of serial) keep.delete(module);
  }
}

/** The outermost modules with enough instances that do not themselves repeat one. */
function repeatedModules(top: ir.ModuleIr): Set<ir.ModuleIr> {
  const counts = countInstances(top);
  const keep = new Set<ir.ModuleIr>();
  const visited = new Set<ir.ModuleIr>();
  const visit = (module: ir.ModuleIr): void => {
    for (const { module: child } of module.instances) {
      if (visited.has(child)) continue;
      visited.add(child);
      const repeats = Math.max(0, ...countInstances(child).values()) >= fewestLanes;
      const many = (counts.get(child) ?? 0) >= fewestLanes;
      if (many && !repeats && runsInLanes(child)) keep.add(child);
      else visit(child);
    }
  };
  visit(top);
  return keep;
}

/** How often each module is instantiated anywhere below one. */
function countInstances(top: ir.ModuleIr): Map<ir.ModuleIr, number> {
  const counts = new Map<ir.ModuleIr, number>();
  const within = new Map<ir.ModuleIr, Map<ir.ModuleIr, number>>();
  for (const { module } of top.instances) {
    const below = within.get(module) ?? countInstances(module);
    within.set(module, below);
    counts.set(module, (counts.get(module) ?? 0) + 1);
    for (const [inner, count] of below) counts.set(inner, (counts.get(inner) ?? 0) + count);
  }
  return counts;
}

function runsInLanes(module: ir.ModuleIr): boolean {
  const { widths, memories, cells } = flatten(module, { watch: [] });
  return memories.length === 0 && cells.length <= mostCells && widths.every((width) => width <= 64);
}

/** Whether results depend on one another through so many instances that few are computed at once. */
function isSerial({ kept, results, levels }: Netlist, module: ir.ModuleIr): boolean {
  const lanes = kept.filter((instance) => instance.module === module).length;
  const stages = new Set(
    results
      .filter(({ instance }) => kept[instance]?.module === module)
      .map(({ slot }) => levels[slot]),
  );
  return stages.size > 1 && stages.size * fewestLanes > lanes;
}

function groupOf(netlist: Netlist, module: ir.ModuleIr): Group {
  const { kept, results, levels } = netlist;
  const stage = new Map<number, number>();
  const watched = new Set<string>();
  for (const { slot, instance, signal } of results) {
    if (kept[instance]?.module !== module) continue;
    stage.set(instance, Math.max(stage.get(instance) ?? 0, levels[slot] ?? 0));
    watched.add(signal);
  }
  const lanes = [...kept.keys()]
    .filter((instance) => kept[instance]?.module === module)
    .sort((a, b) => (stage.get(a) ?? 0) - (stage.get(b) ?? 0) || a - b);
  const laneOf = new Map(lanes.map((instance, lane) => [instance, lane]));
  return { module, kernel: flatten(module, { watch: [...watched] }), lanes, laneOf };
}
