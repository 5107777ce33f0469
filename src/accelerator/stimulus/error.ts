import { ChiselError } from "@chisel-ts/core/error";

/** The accelerator and its models disagree, or a job cannot end: one line that says where. */
export class AcceleratorError extends ChiselError {
  override readonly name = "AcceleratorError";
}
