import { ChiselError } from "@chisel-ts/core/error";

/**
 * A program is missing or too old; the message says what to install.
 *
 * @example
 * console.log(new EngineUnavailableError("verilator is not installed") instanceof ChiselError); // true
 */
export class EngineUnavailableError extends ChiselError {
  override readonly name = "EngineUnavailableError";
}
