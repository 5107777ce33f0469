import { ChiselError } from "@chisel-ts/core/error";

/** What cannot be measured; the message says why. */
export class BenchError extends ChiselError {
  override readonly name = "BenchError";
}
