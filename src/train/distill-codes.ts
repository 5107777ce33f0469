import { at } from "@chisel-ts/core";
import type { DecoderConfig, Model } from "../network/index.ts";
import { CodeRounding, type QuantizedMatrix, tensorOfCodes } from "../quantize/index.ts";
import { type DistillationOptions, distill } from "./distill.ts";

/** Codes after distillation, and the KL divergences of `distill`. */
export interface DistilledCodes {
  readonly codes: ReadonlyMap<string, QuantizedMatrix>;
  readonly klBefore: number;
  readonly kl: number;
}

/**
 * Distillation of codes: those of a quantized decoder become such that the network comes nearest to the float one. Biases, row scales and
 * palettes stay, so the format of the file does.
 *
 * @param chosen by the names of the model's matrices, as `quantizeDecoder` chooses them
 * @throws as `distill`.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const sequences = sampledSequences(model, { sequences: 12, length: 4 }, 1);
 * const [name, columns] = ["lm_head.weight", model.config.hidden_size];
 * const inputs = new Solver(new Float64Array(columns ** 2).map((_, i) => Number(i % (columns + 1) === 0)), columns);
 * const options = { method: "nearest", scale: "none", bits: 4 };
 * const chosen = new Map([[name, quantizeMatrix(Float64Array.from(model.tensors.get(name).values), columns, inputs, options)]]);
 * const { codes } = await distillCodes(model, sequences, chosen, { ...distillationDefaults, steps: 2 });
 * console.log(codes.get(name).bias === chosen.get(name).bias); // true
 */
export async function distillCodes(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  chosen: ReadonlyMap<string, QuantizedMatrix>,
  options: DistillationOptions,
): Promise<DistilledCodes> {
  const confined = new Map(
    [...chosen].map(([name, matrix]) => {
      const shape = model.tensors.get(name)?.shape ?? [];
      const rounding = new CodeRounding(matrix, at(shape, 1));
      const { values: start } = tensorOfCodes(shape, matrix);
      return [name, { start, rounding, round: rounding.round.bind(rounding) }] as const;
    }),
  );
  const { values, klBefore, kl } = await distill(model, sequences, confined, options);
  const codes = new Map(
    [...confined].map(([name, { rounding }]) => {
      const [trained, given] = [values.get(name), model.tensors.get(name)?.values];
      return [name, rounding.encode(trained ?? new Float32Array(), given ?? new Float32Array())];
    }),
  );
  return { codes, klBefore, kl };
}
