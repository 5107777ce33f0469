import { ChiselError } from "@chisel-ts/core/error";

/** An image or a descriptor that the core cannot run: one line, with its place. */
export class CoreError extends ChiselError {
  override readonly name = "CoreError";
}
