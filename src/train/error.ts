import { ChiselError } from "@chisel-ts/core/error";

/** Training that cannot begin or go on: one line that says what, where and what would be right. */
export class TrainingError extends ChiselError {
  override readonly name = "TrainingError";
}
