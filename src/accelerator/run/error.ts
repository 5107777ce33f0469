import { ChiselError } from "@chisel-ts/core/error";

/**
 * A network that the accelerator cannot run, or an input it has no use for: one line.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * try {
 *   compile(readModel(`${folder}/model`), hardware);
 * } catch (error) {
 *   console.log(error instanceof InferenceError); // true
 * }
 */
export class InferenceError extends ChiselError {
  override readonly name = "InferenceError";
}
