import { ChiselError } from "@chisel-ts/core/error";

/**
 * The accelerator and its models disagree, or a job cannot end: one line that says where.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const matrix = { weights: Uint8Array.from([1, -2, 1.5], (w) => encode(w, 0, "nearest")), rows: 1, columns: 3, relu: false };
 * try {
 *   new PreparedMatrix(hardware, matrix, { ...idealEnvironment, weightFrom: () => Number.POSITIVE_INFINITY });
 * } catch (error) {
 *   console.log(error instanceof AcceleratorError); // true
 * }
 */
export class AcceleratorError extends ChiselError {
  override readonly name = "AcceleratorError";
}
