// Which signals the wave of a failing check shows.

import { type HardwareType, type ir, operandsOf } from "@chisel-ts/core";
import { signalsOf } from "../signals.ts";

/** Cycles that the wave of a failure shows at most; a power of two. */
export const historyCycles = 8;

/** Signals that the wave of a failure shows at most. */
const maxSignals = 16;

export interface ReadSignal {
  readonly name: string;
  readonly type: HardwareType;
  readonly node: ir.Node;
}

const known = new WeakMap<ir.ModuleIr, ReadonlyMap<ir.Node, ReadSignal>>();

function namesOf(module: ir.ModuleIr): ReadonlyMap<ir.Node, ReadSignal> {
  const found = known.get(module);
  if (found) return found;
  const signals = [...signalsOf(module)].map(([name, { type, node }]) => ({ name, type, node }));
  const outputs = module.instances.flatMap(({ name: instance, outputs }) =>
    outputs.map((node) => ({ name: `${instance}.${node.port}`, type: node.type, node })),
  );
  const names = new Map([...signals, ...outputs].map((signal) => [signal.node, signal]));
  known.set(module, names);
  return names;
}

/**
 * The named signals from which a condition is computed: the way back ends at the first name. A condition that has a
 * name itself is shown beside what it is computed from.
 */
export function signalsRead(
  module: ir.ModuleIr,
  condition: ir.Node,
): { readonly shown: readonly ReadSignal[]; readonly omitted: number } {
  const names = namesOf(module);
  const found: ReadSignal[] = [];
  const visited = new Set<ir.Node>();
  const open = [condition];
  for (let node = open.pop(); node; node = open.pop()) {
    if (visited.has(node)) continue;
    visited.add(node);
    const signal = names.get(node);
    if (signal) found.push(signal);
    if (signal && node !== condition) continue;
    const driver = node.kind === "wire" ? module.drivers.get(node) : undefined;
    const from = driver ? [driver] : operandsOf(node);
    for (const operand of [...from].reverse()) open.push(operand);
  }
  return { shown: found.slice(0, maxSignals), omitted: Math.max(0, found.length - maxSignals) };
}
