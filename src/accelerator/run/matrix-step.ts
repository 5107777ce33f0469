import type { AcceleratorModel, RowScale } from "../../model/index.ts";
import { type Model, type Rf8Codes, tensorOf } from "../../network/index.ts";
import { InferenceError } from "./error.ts";

/** A matrix on the accelerator: tiles of columns that its activation buffer holds, whose sums the host adds. */
export interface MatrixStep {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly rf8: Rf8Codes;
  /** The first column of each tile, and of what would follow the last. */
  readonly tiles: readonly number[];
  /** Where results are to be activations: one a row. Sums where it is absent. */
  readonly scales?: readonly RowScale[];
  readonly relu?: boolean;
  /** The accelerator's or the tensor's palette, where the weights are streamed as its indexes. */
  readonly palette?: readonly number[];
}

/** What multiplies: exact integers, one a row, which are sums of W(w) · x, or activations where the step has scales. */
export interface Executor {
  /** @param activations integers, as many as the matrix has columns */
  multiply(step: MatrixStep, activations: Int32Array): Float64Array;
  close(): void;
}

/** @throws InferenceError for a tensor that is no RF8 matrix. */
export function matrixStep(model: Model, name: string, accelerator: AcceleratorModel): MatrixStep {
  const tensor = tensorOf(model, name);
  const [rows = 0, columns = 0] = tensor.shape;
  if (tensor.shape.length !== 2)
    throw new InferenceError(
      `tensor ${name} has shape [${tensor.shape.join(", ")}]; a matrix is needed`,
    );
  const { rf8 } = tensor;
  if (!rf8) throw new InferenceError(`tensor ${name} is no RF8 tensor; quantize the model first`);
  const capacity = Math.ceil(accelerator.terms / accelerator.lanes) * accelerator.lanes;
  const tiles = Array.from({ length: Math.ceil(columns / capacity) }, (_, i) => i * capacity);
  const palette = paletteOf(rf8, accelerator);
  return { name, rows, columns, rf8, tiles: [...tiles, columns], ...(palette && { palette }) };
}

/** The palette that an accelerator with a decoder streams a tensor by; nothing where its weights go as bytes. */
function paletteOf(
  { palette }: Rf8Codes,
  { bits = 8, palette: hardware = "stream" }: AcceleratorModel,
): readonly number[] | undefined {
  if (!palette || bits === 8) return undefined;
  if (hardware === "stream") return palette.length < 2 ** (bits - 1) ? palette : undefined;
  const wired = (hardware.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
  return palette.every((code) => wired.includes(code)) ? wired : undefined;
}
