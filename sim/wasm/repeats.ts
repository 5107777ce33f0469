// Counts how often each module occurs below a top module.

import type { ir } from "@chisel-ts/core";

/** The modules below a top, each before those that place it, and how often each occurs in all. */
export function census(top: ir.ModuleIr): {
  readonly order: readonly ir.ModuleIr[];
  readonly counts: ReadonlyMap<ir.ModuleIr, number>;
} {
  const order: ir.ModuleIr[] = [];
  const seen = new Set<ir.ModuleIr>([top]);
  const stack = [{ module: top, next: 0 }];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = frame.module.instances[frame.next++]?.module;
    if (!child) {
      order.push(frame.module);
      stack.pop();
    } else if (!seen.has(child)) {
      seen.add(child);
      stack.push({ module: child, next: 0 });
    }
  }
  const counts = new Map<ir.ModuleIr, number>([[top, 1]]);
  for (const module of [...order].reverse()) {
    const times = counts.get(module) ?? 0;
    for (const { module: child } of module.instances) {
      counts.set(child, (counts.get(child) ?? 0) + times);
    }
  }
  return { order, counts };
}

type Counts = Map<ir.ModuleIr, number>;

/**
 * The modules below which some module occurs `often` times or more; `order` has each after those it places.
 * The counts below a module that is placed in one other only become that one's, so a chain of modules costs
 * what its links do.
 */
export function repeating(order: readonly ir.ModuleIr[], often: number): Set<ir.ModuleIr> {
  const found = new Set<ir.ModuleIr>();
  const below = new Map<ir.ModuleIr, Counts>();
  const children = new Map(order.map((module) => [module, timesPlaced(module)]));
  const parents: Counts = new Map();
  for (const times of children.values()) {
    for (const child of times.keys()) parents.set(child, (parents.get(child) ?? 0) + 1);
  }
  for (const module of order) {
    const times = children.get(module) ?? new Map<ir.ModuleIr, number>();
    const own = merged(times, below, parents, often);
    if ([...times.keys()].some((child) => found.has(child)) || !own) found.add(module);
    else below.set(module, own);
    for (const child of times.keys()) {
      const left = (parents.get(child) ?? 1) - 1;
      parents.set(child, left);
      if (left === 0) below.delete(child);
    }
  }
  return found;
}

function timesPlaced({ instances }: ir.ModuleIr): Counts {
  const times: Counts = new Map();
  for (const { module } of instances) times.set(module, (times.get(module) ?? 0) + 1);
  return times;
}

/** The counts below a module from those below its children; `undefined` when one is `often` or more. */
function merged(
  times: Counts,
  below: ReadonlyMap<ir.ModuleIr, Counts>,
  parents: Counts,
  often: number,
): Counts | undefined {
  let largest: ir.ModuleIr | undefined;
  const sizeOf = (module: ir.ModuleIr | undefined): number =>
    module ? (below.get(module)?.size ?? 0) : -1;
  for (const [child, count] of times) {
    const own = count === 1 && parents.get(child) === 1;
    if (own && sizeOf(child) > sizeOf(largest)) largest = child;
  }
  const counts = (largest && below.get(largest)) ?? new Map<ir.ModuleIr, number>();
  let maximum = 0;
  const add = (module: ir.ModuleIr, count: number): void => {
    const sum = (counts.get(module) ?? 0) + count;
    counts.set(module, sum);
    maximum = Math.max(maximum, sum);
  };
  for (const [child, count] of times) {
    add(child, count);
    if (child === largest) continue;
    for (const [inner, innerCount] of below.get(child) ?? []) add(inner, count * innerCount);
  }
  return maximum >= often ? undefined : counts;
}
