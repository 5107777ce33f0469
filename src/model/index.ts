export {
  type ArraySchedule,
  type ArraySize,
  type ArrayWorld,
  arrayCycles,
  arrayResults,
  arraySchedule,
} from "./array.ts";
export { type Column, type Columns, columnFor, type PortShape } from "./columns.ts";
export {
  type EngineJob,
  type EngineModel,
  type EngineResults,
  engineResults,
  type RowScale,
  requantized,
  SIXTEENTHS,
} from "./engine.ts";
export { type AbortedSchedule, abortedSchedule, type EngineAbort } from "./engine-abort.ts";
export {
  type EngineCounts,
  type EngineSchedule,
  type EngineWorld,
  engineCounts,
  engineLatency,
  engineSchedule,
  idealWorld,
  type WeightMemory,
  weightArrival,
} from "./engine-schedule.ts";
export { activationStream, type EngineShape, engineShape, weightStream } from "./engine-stream.ts";
export { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";
export { accumulatorWidth, type ModelParameters } from "./parameters.ts";
export type { Reference } from "./reference.ts";
export { references } from "./references.ts";
export { INTEGER_WEIGHTS, type WeightFormat } from "./weight.ts";
