/** Networks on the inference accelerator: run cycle by cycle, estimated, packaged as a core (docs/accelerator.md). */
export {
  type AcceleratorCounts,
  type AcceleratorEnvironment,
  type AcceleratorJob,
  type AcceleratorModel,
  type AcceleratorShape,
  acceleratorCounts,
  acceleratorResults,
  acceleratorSchedule,
  acceleratorShape,
  arrayCycles,
  idealEnvironment,
  type RowScale,
  type WeightMemory,
} from "../model/index.ts";
export * from "./estimate/index.ts";
export * from "./package/index.ts";
export * from "./run/index.ts";
export * from "./stimulus/index.ts";
