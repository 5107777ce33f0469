/** Networks on the inference accelerator: run cycle by cycle, estimated, packaged as a core (docs/accelerator.md). */
export {
  type AcceleratorCounts,
  type AcceleratorJob,
  type AcceleratorModel,
  type AcceleratorShape,
  type AcceleratorWorld,
  acceleratorCounts,
  acceleratorResults,
  acceleratorSchedule,
  acceleratorShape,
  arrayCycles,
  idealWorld,
  type RowScale,
  type WeightMemory,
} from "../model/index.ts";
export * from "./estimate/index.ts";
export * from "./package/index.ts";
export * from "./run/index.ts";
export * from "./stimulus/index.ts";
