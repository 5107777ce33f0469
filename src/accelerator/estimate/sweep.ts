import type { WeightMemory } from "../../model/index.ts";
import type { EnergySum } from "./energy/index.ts";
import { estimate } from "./estimate.ts";
import type { Demand, Machine } from "./machine.ts";
import type { Workload } from "./workload.ts";

/** A machine of a sweep, by what may differ from the others. */
export interface Point extends Demand {
  readonly lanes: number;
  readonly rows: number;
  readonly memory: WeightMemory;
}

/** What a machine of a sweep decodes, and what it costs. */
export interface PointEstimate extends EnergySum {
  readonly area_ge: number | null;
  readonly cycles_per_token: number;
  readonly tokens_per_s: number;
  readonly energy_per_token_j: number;
  readonly bound_by: string;
}

/** One network on many machines. */
export interface Sweep {
  readonly workload: Workload;
  /** What all machines have in common. */
  readonly machine: Machine;
  readonly points: readonly Point[];
}

/** The decode of each machine, in their order. */
export const estimatePoints = ({ workload, machine, points }: Sweep): PointEstimate[] =>
  points.map(({ lanes, rows, memory, ...demand }) => {
    const accelerator = { ...machine.accelerator, lanes, rows };
    const { decode } = estimate(workload, { ...machine, accelerator, memory }, demand);
    return {
      area_ge: decode.area_ge,
      cycles_per_token: decode.cycles / decode.tokens,
      tokens_per_s: decode.tokens_per_s,
      energy_per_token_j: decode.energy_j / decode.tokens,
      energy_source: decode.energy_source,
      energy_node: decode.energy_node,
      energy_voltage: decode.energy_voltage,
      energy_kind: decode.energy_kind,
      bound_by: decode.bound_by,
    };
  });
