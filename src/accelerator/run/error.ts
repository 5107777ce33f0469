import { ChiselError } from "@chisel-ts/core/error";

/** A network that the accelerator cannot run, or an input it has no use for: one line. */
export class InferenceError extends ChiselError {
  override readonly name = "InferenceError";
}
