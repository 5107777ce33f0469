import { ChiselError } from "./error.ts";
import type { Location } from "./location.ts";

/**
 * A circuit that cannot be built. The message names the signals, their widths and the TypeScript line.
 *
 * @example
 * try {
 *   uint(0);
 * } catch (error) {
 *   console.log(error instanceof CircuitError); // true
 * }
 */
export class CircuitError extends ChiselError {
  override readonly name = "CircuitError";

  /** @param location where the offending line is; it is added to the message. */
  constructor(message: string, location?: Location) {
    super(location ? `${message} (${location})` : message);
  }
}
