/** Networks on the accelerator: compiled, executed by the functional model and by the RTL, counted (docs/inference.md). */
export { calibrate, nextFactor, type Ranges } from "./calibrate.ts";
export { InferenceError } from "./error.ts";
export { functionalExecutor, type OnCycles, type RtlOptions, rtlExecutor } from "./executor.ts";
export { type Generation, generateTokens, type MlpFunction, promptTokens } from "./generate.ts";
export { acceleratorLayers } from "./layers.ts";
export type { Executor, MatrixStep } from "./matrix-step.ts";
export { compile, listing, matrixCycles, type Program, type Step } from "./program.ts";
export { type QuantizedLayer, quantizedMlp, runQuantizedMlp } from "./quantized-mlp.ts";
export {
  type Prepared,
  prepare,
  type Simulated,
  type SimulatedLayer,
  type SimulateOptions,
  simulate,
} from "./simulate.ts";
