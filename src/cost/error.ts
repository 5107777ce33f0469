import { ChiselError } from "@chisel-ts/core/error";

/**
 * A cost that cannot be had: one line that says what is wrong, where, and what would be right.
 *
 * @example
 * try {
 *   activationTypeOf(queue({ type: uint(8), depth: 2 }));
 * } catch (error) {
 *   console.log(error instanceof CostError); // true
 * }
 */
export class CostError extends ChiselError {
  override readonly name = "CostError";

  constructor(message: string) {
    super(printable(message));
  }
}

const [HEAD, TAIL] = [300, 100];

/** Names come from files: no control characters reach a terminal, and no megabyte its user. */
function printable(message: string): string {
  const text =
    message.length <= HEAD + TAIL ? message : `${message.slice(0, HEAD)} … ${message.slice(-TAIL)}`;
  return text.replaceAll(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
