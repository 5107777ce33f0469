// The engine `wasm`: plans, lays out, compiles and runs a circuit.

import type { Bundle, ir, Module } from "@chisel-ts/core";
import { opening } from "#host/sim/wasm/workers/open";
import type { StateBackend } from "../backend.ts";
import type { Models } from "../drive/models.ts";
import type {
  InProcessEngine,
  InProcessOptions,
  InProcessSimulation,
  LaneSimulation,
  Lanes,
  Opened,
} from "../engine.ts";
import { inProcessSimulation } from "../in-process.ts";
import { lanesApart } from "../lanes.ts";
import { inProcessOptions } from "../options.ts";
import { resetsWithClock } from "../resets.ts";
import { WasmBackend } from "./backend.ts";
import { compile, parts } from "./compile.ts";
import { fewestLanes, laneKernel, planGroups } from "./groups.ts";
import { fitsRows, lanesTogether } from "./lanes.ts";
import { layOut } from "./layout.ts";
import { listing } from "./listing.ts";
import { type Profile, profileOf } from "./profile.ts";
import type { Opening } from "./workers/one-thread.ts";

/** Compiles the module to WebAssembly, in this process and with nothing installed. */
export const wasm: InProcessEngine = wasmWith(opening);

/** The engine with a way of opening what it has planned: on one thread or on two. */
export function wasmWith(opening: Opening): InProcessEngine {
  return { name: "wasm", open };

  function open<P extends Bundle, M extends Models, L extends Lanes>(
    module: Module<P>,
    options: InProcessOptions<M, L> = {},
  ): Opened<L, InProcessSimulation<P, M>> {
    const { watch, models, lanes, ...handling } = inProcessOptions(module, options);
    const together =
      lanes === undefined ? undefined : openTogether(module, watch, { lanes, load: opening.lanes });
    const open = (): InProcessSimulation<P, M> | LaneSimulation => {
      const started = performance.now();
      const plan = planGroups(module, watch);
      const shared = { module, plan, layout: layOut(plan), compiled: new Map() };
      const made = performance.now() - started;
      const one = (backend: StateBackend): InProcessSimulation<P, M> =>
        inProcessSimulation(module, backend, { models, netlist: plan.netlist, handling });
      if (lanes !== undefined) return lanesApart(module, lanes, () => one(new WasmBackend(shared)));
      return one(opening.backend(shared, made));
    };
    return (together ?? open()) as Opened<L, InProcessSimulation<P, M>>;
  }
}

/** Lanes in one loop, where the module and their number allow it. */
function openTogether(
  module: ir.ModuleIr,
  watch: readonly string[],
  { lanes, load }: { readonly lanes: number; readonly load: Opening["lanes"] },
): LaneSimulation | undefined {
  if (lanes < fewestLanes || !resetsWithClock(module)) return undefined;
  const kernel = laneKernel(module, watch);
  if (!kernel || !fitsRows(kernel)) return undefined;
  return lanesTogether(module, kernel, lanes, (code, bytes) => load(module, code, bytes));
}

/** The code that `wasm` runs for a module, as text: what is looped over, what is computed in which order. */
export function wasmListing(module: Module): string {
  const plan = planGroups(module, []);
  return `${listing(compile(plan, layOut(plan), parts))}\n`;
}

/**
 * The WebAssembly instructions of one clock edge of a module, by the lines of its source.
 *
 * @example
 * const { total, rows } = wasmProfile(mac({}));
 * console.log(total.vector, rows[0]?.source);
 */
export function wasmProfile(module: Module): Profile {
  const plan = planGroups(module, []);
  return profileOf(compile(plan, layOut(plan), ["edges"]), "edge");
}
