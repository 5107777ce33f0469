import { ChiselError } from "@chisel-ts/core/error";

/**
 * Training that cannot begin or go on: one line that says what, where and what would be right.
 *
 * @example
 * const size = { architecture: "mlp", hidden: 4, layers: 1, context: 2 };
 * try {
 *   newSubject(size, { text: "too short", tokens: "characters" });
 * } catch (error) {
 *   console.log(error instanceof TrainingError); // true
 * }
 */
export class TrainingError extends ChiselError {
  override readonly name = "TrainingError";
}
