import {
  eachVector,
  greatestInteger,
  type LinearLayers,
  quantizeVector,
} from "../../network/index.ts";
import { InferenceError } from "./error.ts";
import type { Executor } from "./executor.ts";
import type { MatrixStep, Program } from "./program.ts";

/**
 * The matrices of a network through an executor: inputs become integers with one scale a vector, sums become floats by
 * that scale and the bias of the row's weights: sum · scale · 2^(−bias − 4).
 *
 * @param onMatrix after every product
 */
export function acceleratorLayers(
  program: Program,
  executor: Executor,
  onMatrix: (step: MatrixStep) => void = () => {},
): LinearLayers {
  const most = greatestInteger[program.accelerator.activation];
  return {
    apply(name, inputs, outputs, vectors = 1) {
      const step = program.matrices.get(name);
      if (!step) throw new InferenceError(`the program has no matrix ${name}`);
      const { biases } = step.rf8;
      eachVector(inputs, outputs, vectors, (input, output) => {
        const integers = new Int32Array(input.length);
        const scale = quantizeVector(input, most, integers);
        const sums = executor.multiply(step, integers);
        for (let row = 0; row < output.length; row++) {
          const bias = biases[biases.length === 1 ? 0 : row] ?? 0;
          output[row] = (sums[row] as number) * scale * 2 ** (-bias - 4);
        }
        onMatrix(step);
      });
    },
  };
}
