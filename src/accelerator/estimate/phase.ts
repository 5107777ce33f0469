import type { AreaEstimate } from "./area.ts";
import { type EnergySum, publications, sumOf } from "./energy/index.ts";
import type { EnergyRow } from "./energy-rows.ts";
import type { Machine } from "./machine.ts";
import type { Work } from "./work.ts";

/** Prefill of the context, or decoding of one token more, in every sequence of the batch. Keys are those of the JSON. */
export interface PhaseEstimate extends EnergySum {
  /** Which one does it. */
  readonly unit: "accelerator" | "array";
  readonly tokens: number;
  /** All of it: jobs, register writes between them, traffic of the cache. */
  readonly cycles: number;
  /** Of the jobs alone, as the RTL counts them. */
  readonly accelerator_cycles: number;
  readonly register_cycles: number;
  readonly kv_cycles: number;
  readonly time_s: number;
  readonly tokens_per_s: number;
  /** Weights and cache, from and to memory. */
  readonly bytes: number;
  readonly kv_bytes: number;
  readonly macs: number;
  readonly utilisation: number;
  /** Roofline: products a byte, and products a cycle over the lower of both roofs. */
  readonly macs_per_byte: number;
  readonly of_roof: number;
  readonly bound_by: "compute" | "memory";
  /** `null` where no unit of the format was synthesized. */
  readonly area_ge: number | null;
  /** With every figure in the middle of its range, and at its ends. */
  readonly energy_j: number;
  readonly energy_least_j: number;
  readonly energy_most_j: number;
  /** The publications that the sum is over. */
  readonly energy_sources: readonly string[];
  readonly energy: readonly EnergyRow[];
}

interface PhaseWork {
  readonly tokens: number;
  readonly work: Work;
  readonly weightBytes: number;
  readonly kvBytes: number;
  readonly kvCycles: number;
  readonly energy: readonly EnergyRow[];
}

export function phaseEstimate(
  unit: PhaseEstimate["unit"],
  { accelerator, memory, clock_mhz }: Machine,
  area: AreaEstimate,
  { tokens, work, weightBytes, kvBytes, kvCycles, energy }: PhaseWork,
): PhaseEstimate {
  const { macs, registerCycles } = work;
  const cycles = work.cycles + registerCycles + kvCycles;
  const time_s = cycles / (clock_mhz * 1e6);
  const bytes = weightBytes + kvBytes;
  const peak = accelerator.lanes * accelerator.rows;
  const memoryRoof = (memory.bandwidth * macs) / bytes;
  const sum = (of: (row: EnergyRow) => number): number =>
    energy.reduce((total, row) => total + of(row), 0);
  return {
    unit,
    tokens,
    cycles,
    accelerator_cycles: work.cycles,
    register_cycles: registerCycles,
    kv_cycles: kvCycles,
    time_s,
    tokens_per_s: tokens / time_s,
    bytes,
    kv_bytes: kvBytes,
    macs,
    utilisation: macs / (cycles * peak),
    macs_per_byte: macs / bytes,
    of_roof: macs / cycles / Math.min(peak, memoryRoof),
    bound_by: memoryRoof < peak ? "memory" : "compute",
    area_ge: area.ge,
    energy_j: sum((row) => row.energy_j),
    energy_least_j: sum((row) => row.energy_least_j),
    energy_most_j: sum((row) => row.energy_most_j),
    energy_sources: publications(energy),
    ...sumOf(energy),
    energy,
  };
}
