import { type HardwareType, type ir, verilogNames } from "@chisel-ts/core";
import { signalsOf } from "../signals.ts";

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
  const inside = [...new Set(names)].filter((name) => !ports.has(name));
  return inside.map((name) => {
    const steps = name.split(".");
    const last = steps.pop() ?? "";
    let module = top;
    for (const step of steps) {
      const instance = module.instances.find((candidate) => candidate.name === step);
      if (!instance)
        throw new RangeError(`${top.name} has no signal ${name}: there is no instance ${step}`);
      module = instance.module;
    }
    const type = signalsOf(module).find((signal) => signal.name === last)?.type;
    const identifier = verilogNames(module).get(last);
    if (!type || !identifier) throw new RangeError(`${top.name} has no signal ${name}`);
    return { name, type, module, path: [...steps, identifier] };
  });
}
