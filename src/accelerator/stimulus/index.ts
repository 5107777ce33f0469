/** The matrix-vector accelerator run on a simulator beside its models (docs/accelerator.md). */
export { type DrivenAccelerator, DrivenMatrix, openDriven } from "./driven.ts";
export { AcceleratorError } from "./error.ts";
export {
  type AcceleratorMatrix,
  type AcceleratorRun,
  PreparedMatrix,
  REGISTER_CYCLES,
} from "./prepare.ts";
