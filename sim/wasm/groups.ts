// Chooses the modules whose instances are computed in loops; flattens the rest.

import type { ir } from "@chisel-ts/core";
import { flatten } from "../flatten.ts";
import type { Netlist, Result } from "../netlist.ts";
import { groupEqualCells } from "./equal.ts";
import { orderLanes } from "./order.ts";
import type { Group, Plan } from "./plan.ts";
import { quietBlocks } from "./quiet/blocks.ts";
import { census, repeating } from "./repeats.ts";
import { rewritten } from "./rewrite/rewrite.ts";
import { lanesPerBlock } from "./simd/element.ts";

/** Below this many instances a loop over vectors is no faster than straight code. */
export const fewestLanes = lanesPerBlock / 2;

/** A loop's body has this many cells at most, which bounds the time that its compilation takes. */
const maxCells = 4096;

/** Decides what is computed in loops and flattens the rest. */
export const planGroups = (top: ir.ModuleIr, watch: readonly string[]): Plan =>
  orderLanes(withRewritten(groupEqualCells(withQuiet(groupInstances(top, watch)))));

const withQuiet = (plan: Plan): Plan => ({ ...plan, quiet: quietBlocks(plan.netlist) });

const withRewritten = ({ groups, ...plan }: Plan): Plan => ({
  ...plan,
  groups: groups.map((group) => ({ ...group, kernel: rewritten(group.kernel) })),
});

function groupInstances(top: ir.ModuleIr, watch: readonly string[]): Plan {
  const keep = repeatedModules(top);
  for (;;) {
    const netlist = flatten(top, { keep, watch });
    const members = membersOf(netlist);
    const serial = [...members].filter(([, own]) => isSerial(netlist, own));
    if (serial.length === 0) {
      const groups = [...members].map(([module, own]) => groupOf(netlist, module, own));
      return { netlist, groups, quiet: [] };
    }
    for (const [module] of serial) keep.delete(module);
  }
}

/** The outermost modules with enough instances that do not themselves repeat one. */
function repeatedModules(top: ir.ModuleIr): Set<ir.ModuleIr> {
  const { order, counts } = census(top);
  const repeats = repeating(order, fewestLanes);
  const small = smallModules(order);
  const keep = new Set<ir.ModuleIr>();
  const visited = new Set<ir.ModuleIr>([top]);
  const open = [top];
  for (let module = open.pop(); module; module = open.pop()) {
    for (const { module: child } of module.instances) {
      if (visited.has(child)) continue;
      visited.add(child);
      const many = (counts.get(child) ?? 0) >= fewestLanes;
      if (many && !repeats.has(child) && small.has(child) && runsInLanes(child)) keep.add(child);
      else open.push(child);
    }
  }
  return keep;
}

/** The modules that may run in lanes: nothing below has a memory, a table, a check or a display, and there are not too many operations. */
function smallModules(order: readonly ir.ModuleIr[]): Set<ir.ModuleIr> {
  const operations = new Map<ir.ModuleIr, number>();
  for (const module of order) {
    const { memories, tables, checks, displays } = module;
    const excluded = [memories, tables, checks, displays].some((items) => items.length > 0);
    let sum = excluded ? Number.POSITIVE_INFINITY : ownOperations(module);
    for (const { module: child } of module.instances) {
      sum += operations.get(child) ?? Number.POSITIVE_INFINITY;
    }
    operations.set(module, sum);
  }
  return new Set(order.filter((module) => (operations.get(module) ?? 0) <= maxCells));
}

/** Operations of a module's own that its outputs, registers and instances need. */
function ownOperations({ drivers, registers, instances }: ir.ModuleIr): number {
  const found = new Set<ir.Node>();
  const open = [...drivers.values(), ...registers.values()];
  for (const { inputs } of instances) for (const node of inputs.values()) open.push(node);
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind !== "operation" || found.has(node)) continue;
    found.add(node);
    for (const operand of node.operands) open.push(operand);
  }
  return found.size;
}

const runsInLanes = (module: ir.ModuleIr): boolean => fitsLanes(flatten(module, { watch: [] }));

const fitsLanes = ({ widths, memories, cells }: Netlist): boolean =>
  memories.length === 0 && cells.length <= maxCells && widths.every((width) => width <= 64);

/** A module as what one lane of a loop computes; none where it cannot be. */
export function laneKernel(module: ir.ModuleIr, watch: readonly string[]): Netlist | undefined {
  if (!smallModules([...census(module).order]).has(module)) return undefined;
  const kernel = flatten(module, { watch });
  return fitsLanes(kernel) ? rewritten(kernel) : undefined;
}

/** The kept instances of one module, and what is read of them. */
interface Members {
  readonly instances: number[];
  readonly results: Result[];
}

function membersOf({ kept, results }: Netlist): Map<ir.ModuleIr, Members> {
  const members = new Map<ir.ModuleIr, Members>();
  const of = (module: ir.ModuleIr): Members => {
    const own = members.get(module) ?? { instances: [], results: [] };
    members.set(module, own);
    return own;
  };
  kept.forEach(({ module }, instance) => {
    if (module) of(module).instances.push(instance);
  });
  for (const result of results) {
    const module = kept[result.instance]?.module;
    if (module) of(module).results.push(result);
  }
  return members;
}

/** Whether results depend on one another through so many instances that few are computed at once. */
function isSerial({ levels }: Netlist, { instances, results }: Members): boolean {
  const stages = new Set(results.map(({ slot }) => levels[slot]));
  return stages.size > 1 && stages.size * fewestLanes > instances.length;
}

function groupOf(
  { kept }: Netlist,
  module: ir.ModuleIr,
  { instances: lanes, results }: Members,
): Group {
  const watched = new Set(results.map(({ signal }) => signal));
  return {
    name: module.name,
    lanes,
    results,
    kernel: flatten(module, { watch: [...watched] }),
    laneOf: new Map(lanes.map((instance, lane) => [instance, lane])),
    stateName: (instance, register) => `${kept[instance]?.name}.${register}`,
  };
}
