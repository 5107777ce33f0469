export {
  type AbortedSchedule,
  type AcceleratorAbort,
  abortedSchedule,
} from "./accelerator/abort.ts";
export {
  type AcceleratorJob,
  type AcceleratorModel,
  type AcceleratorResults,
  acceleratorResults,
  type RowScale,
  requantized,
  SIXTEENTHS,
} from "./accelerator/job.ts";
export {
  type AcceleratorCounts,
  type AcceleratorEnvironment,
  type AcceleratorSchedule,
  acceleratorCounts,
  acceleratorLatency,
  acceleratorSchedule,
  idealEnvironment,
  type WeightMemory,
  weightArrival,
} from "./accelerator/schedule.ts";
export {
  type AcceleratorShape,
  acceleratorShape,
  activationStream,
  weightStream,
} from "./accelerator/stream.ts";
export {
  type ArrayEnvironment,
  type ArraySchedule,
  type ArraySize,
  arrayCycles,
  arrayResults,
  arraySchedule,
} from "./array.ts";
export { type Column, type Columns, columnFor, type PortShape } from "./columns.ts";
export { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";
export { accumulatorWidth, type ModelParameters } from "./parameters.ts";
export type { Reference } from "./reference.ts";
export { references } from "./references.ts";
export { INTEGER_WEIGHTS, type WeightFormat } from "./weight.ts";
