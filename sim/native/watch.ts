// Finds watched signals by their names in the emitted Verilog.

import { type HardwareType, type ir, verilogNames } from "@chisel-ts/core";
import { findSignal, noSignal } from "../signals.ts";

/** A signal inside a design, in Verilog's words. */
export interface WatchedSignal {
  readonly name: string;
  readonly type: HardwareType;
  readonly module: ir.ModuleIr;
  /** Instance names from the top down, then the identifier. */
  readonly path: readonly string[];
}

/**
 * Finds signals by hierarchical name, each once; ports are at hand without.
 *
 * @throws RangeError when there is none of that name.
 */
export function findWatched(top: ir.ModuleIr, names: readonly string[]): WatchedSignal[] {
  const ports = new Set(top.portList.map(({ name }) => name));
  const known = new Map<ir.ModuleIr, ReadonlyMap<string, string>>();
  const identifiersOf = (module: ir.ModuleIr): ReadonlyMap<string, string> => {
    const names = known.get(module) ?? verilogNames(module);
    known.set(module, names);
    return names;
  };
  const inside = [...new Set(names)].filter((name) => !ports.has(name));
  return inside.map((name) => {
    const found = typeof name === "string" ? findSignal(top, name) : undefined;
    if (!found) throw noSignal(top, name);
    const { path, module, own, signal } = found;
    const identifier = "node" in signal ? identifiersOf(module).get(own) : own;
    if (identifier === undefined) throw noSignal(top, name);
    return { name, type: signal.type, module, path: [...path, identifier] };
  });
}
