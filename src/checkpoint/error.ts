import { ChiselError } from "@chisel-ts/core/error";

/**
 * A checkpoint that cannot be read or written: one line with the file, the place, and what would be right.
 *
 * @example
 * try {
 *   openCheckpoint(bytesSource("weights.safetensors", Uint8Array.of(1, 2, 3)));
 * } catch (error) {
 *   console.log(error instanceof CheckpointError); // true
 * }
 */
export class CheckpointError extends ChiselError {
  override readonly name = "CheckpointError";

  constructor(file: string, problem: string) {
    super(`${file}: ${printable(problem)}`);
  }
}

const [HEAD, TAIL] = [400, 200];

/** Names and values come from the file: no control characters reach a terminal, and no megabyte its user. */
function printable(problem: string): string {
  const text =
    problem.length <= HEAD + TAIL ? problem : `${problem.slice(0, HEAD)} … ${problem.slice(-TAIL)}`;
  return text.replaceAll(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
