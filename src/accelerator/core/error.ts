import { ChiselError } from "@chisel-ts/core/error";

/**
 * An image or a descriptor that the core cannot run: one line, with its place.
 *
 * @example
 * try {
 *   descriptor("product", { shift: 256 });
 * } catch (error) {
 *   console.log(error instanceof CoreError); // true
 * }
 */
export class CoreError extends ChiselError {
  override readonly name = "CoreError";
}
