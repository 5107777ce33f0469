import { at } from "@chisel-ts/core";
import type { AcceleratorModel, RowScale } from "../../model/index.ts";
import {
  type MlpConfig,
  type Model,
  maxInteger,
  rowFactor,
  tensorOf,
} from "../../network/index.ts";
import { factorOf, nextFactor, type Ranges } from "./calibrate.ts";
import { InferenceError } from "./error.ts";
import type { Executor } from "./matrix-step.ts";
import { type MatrixStep, matrixStep } from "./matrix-step.ts";

/** A layer of an MLP on the accelerator: its matrix, the scale of its integer inputs, and its float bias. */
export interface QuantizedLayer {
  readonly step: MatrixStep;
  readonly inputScale: number;
  readonly bias: Float32Array | undefined;
}

/** 48 signed bits. */
const MAX_BIAS = 2 ** 47;

/**
 * An MLP whose activations stay integers between its layers: bias, scale and ReLU are the accelerator's. Only the first input is
 * rounded by the host, with a fixed scale, and only the last layer's sums are scaled by it.
 *
 * @throws InferenceError for another function than ReLU between layers, a matrix larger than the buffer, or a bias or
 *   scale that the accelerator's header cannot hold.
 */
export function quantizedMlp(
  model: Model<MlpConfig>,
  accelerator: AcceleratorModel,
  ranges: Ranges,
): QuantizedLayer[] {
  const { layers } = model.config;
  const [first] = layers;
  let scale = ((first && ranges.get(first.weight)) || 1) / maxInteger[accelerator.activation];
  return layers.map(({ weight, bias: biasName, activation }, index): QuantizedLayer => {
    const bias = biasName === undefined ? undefined : tensorOf(model, biasName).values;
    const plain = matrixStep(model, weight, accelerator);
    const inputScale = scale;
    const next = layers[index + 1];
    if (!next) {
      if (activation !== undefined)
        throw new InferenceError(
          `${weight} is the last layer and has ${activation}; it needs none`,
        );
      return { step: plain, inputScale, bias };
    }
    if (activation !== "relu")
      throw new InferenceError(
        `${weight} has ${activation ?? "no"} activation; the accelerator has relu`,
      );
    if (plain.tiles.length !== 2)
      throw new InferenceError(
        `${weight} has ${plain.columns} columns; the accelerator's buffer holds ${accelerator.terms}, which a calibrated layer must fit`,
      );
    if (plain.rf8.scales)
      throw new InferenceError(
        `${weight} has row scales, real factors that the accelerator's header cannot hold; use one scale a token`,
      );
    const factor = nextFactor(scale, at(ranges, next.weight), accelerator.activation);
    scale /= factorOf(factor);
    const { biases } = plain.rf8;
    const scales = Array.from({ length: plain.rows }, (_, row): RowScale => {
      const rowBias = at(biases, biases.length === 1 ? 0 : row);
      const unit = inputScale * 2 ** (-rowBias - 4);
      return checked(weight, row, {
        bias: Math.round((bias?.[row] ?? 0) / unit),
        shift: factor.exponent + rowBias + 4,
        residual: factor.residual,
      });
    });
    return { step: { ...plain, scales, relu: true }, inputScale, bias };
  });
}

function checked(weight: string, row: number, scale: RowScale): RowScale {
  if (!(scale.shift >= 0 && scale.shift <= 63 && Math.abs(scale.bias) < MAX_BIAS))
    throw new InferenceError(
      `${weight}, row ${row}: shift ${scale.shift} and bias ${scale.bias} do not fit a header (0 to 63, 48 bits)`,
    );
  return scale;
}

/** The MLP as a function from inputs to outputs, integers from the first matrix to the last. */
export function runQuantizedMlp(
  layers: readonly QuantizedLayer[],
  { activation }: AcceleratorModel,
  executor: Executor,
  onMatrix: (step: MatrixStep) => void,
): (input: Float32Array) => Float32Array {
  const maximum = maxInteger[activation];
  return (input) => {
    const [first] = layers;
    const scale = first?.inputScale ?? 1;
    let integers = Int32Array.from(input, (x) =>
      Math.max(-maximum, Math.min(maximum, Math.sign(x) * Math.round(Math.abs(x) / scale))),
    );
    let output = new Float32Array();
    for (const { step, inputScale, bias } of layers) {
      const results = executor.multiply(step, integers);
      onMatrix(step);
      if (step.scales) integers = Int32Array.from(results);
      else {
        output = Float32Array.from(
          results,
          (sum, row) => sum * inputScale * rowFactor(step.rf8, row) + (bias?.[row] ?? 0),
        );
      }
    }
    return output;
  };
}
