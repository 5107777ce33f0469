import type { AcceleratorModel, WeightMemory } from "../../model/index.ts";
import type { EstimateFormat } from "./energy/index.ts";
import type { Energies } from "./energy-rows.ts";

/** An accelerator, its memory and its clock. */
export interface Machine {
  readonly accelerator: AcceleratorModel;
  /** Of weights and of the cache of keys and values: bytes a cycle. */
  readonly memory: WeightMemory;
  readonly clock_mhz: number;
  /** What weights are stored in; RF8 where it is left out. */
  readonly format?: EstimateFormat;
  /** 45 nm and its DRAM where it is left out. */
  readonly energies?: Energies;
}

/** Tokens that the cache holds (and that a prefill reads), and sequences side by side. */
export interface Demand {
  readonly context: number;
  readonly batch: number;
}
