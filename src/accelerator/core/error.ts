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

/** Puts the place before what is said of it. */
export function placed<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CoreError) throw new CoreError(`${place}: ${error.message}`);
    throw error;
  }
}
