import { isMatrix, quantizeTensor, type WeightSetting } from "./evaluate/weights.ts";
import type { Model } from "./model.ts";

/**
 * The network with every matrix as a format would store it.
 *
 * @example
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const { tensors } = quantizedModel(readModel(`${folder}/model`), setting);
 * console.log(tensors.get("lm_head.weight").rf8.biases.length); // 1
 */
export function quantizedModel<M extends Model>(model: M, setting: WeightSetting): M {
  const tensors = [...model.tensors].map(
    ([name, tensor]) =>
      [name, isMatrix(tensor) ? quantizeTensor(tensor, setting) : tensor] as const,
  );
  return { ...model, tensors: new Map(tensors) };
}

const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" } as const;

/** The network with every matrix in RF8, as `rf8 quantize` makes it: nearest, one max bias; what is RF8 stays. */
export function rf8Model<M extends Model>(model: M): M {
  const tensors = [...model.tensors].map(
    ([name, tensor]) =>
      [name, isMatrix(tensor) && !tensor.rf8 ? quantizeTensor(tensor, setting) : tensor] as const,
  );
  return { ...model, tensors: new Map(tensors) };
}
