import {
  eachVector,
  type LinearLayers,
  maxInteger,
  quantizeVector,
  rowFactor,
} from "../../network/index.ts";
import { InferenceError } from "./error.ts";
import type { Executor, MatrixStep } from "./matrix-step.ts";
import type { Program } from "./program.ts";

/**
 * The matrices of a network through an executor: inputs become integers with one scale a vector, sums become floats by
 * that scale, and the bias and the real scale of the row's weights (`rowFactor`).
 *
 * @param onMatrix after every product
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const program = compile(model, hardware);
 * const layers = acceleratorLayers(program, functionalExecutor(hardware));
 * const logits = new DecoderSession(model, layers).next(1);
 * console.log(logits.length); // 17
 */
export function acceleratorLayers(
  program: Program,
  executor: Executor,
  onMatrix: (step: MatrixStep) => void = () => {},
): LinearLayers {
  const maximum = maxInteger[program.accelerator.activation];
  return {
    apply(name, inputs, outputs, vectors = 1) {
      const step = program.matrices.get(name);
      if (!step) throw new InferenceError(`the program has no matrix ${name}`);
      eachVector(inputs, outputs, vectors, (input, output) => {
        const integers = new Int32Array(input.length);
        const scale = quantizeVector(input, maximum, integers);
        const sums = executor.multiply(step, integers);
        for (let row = 0; row < output.length; row++)
          output[row] = (sums[row] as number) * scale * rowFactor(step.rf8, row);
        onMatrix(step);
      });
    },
  };
}
