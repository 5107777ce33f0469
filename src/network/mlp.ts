import { activationFunction } from "./activations.ts";
import { floatLayers, type LinearLayers } from "./linear.ts";
import type { MlpConfig } from "./mlp-config.ts";
import { type Model, tensorOf } from "./model.ts";

/**
 * An MLP as a function from inputs to outputs, both float32 vectors.
 *
 * @param layers make the products with matrices; biases come from the model
 * @throws RangeError (the function) for an input of another length than the first weight has columns.
 *
 * @example
 * const tensors = new Map([["w", { shape: [1, 2], values: Float32Array.of(1, -2) }]]);
 * const model = { config: { model_type: "mlp", layers: [{ weight: "w", activation: "relu" }] }, tensors };
 * console.log(mlp(model)(Float32Array.of(3, 1))[0]); // 1
 */
export function mlp(
  model: Model<MlpConfig>,
  layers: LinearLayers = floatLayers(model),
): (input: Float32Array) => Float32Array {
  const stages = model.config.layers.map(({ weight, bias, activation, negative_slope }) => {
    const [outputs = 0, inputs = 0] = tensorOf(model, weight).shape;
    return {
      weight,
      outputs,
      inputs,
      bias: bias === undefined ? undefined : tensorOf(model, bias).values,
      activation: activation && activationFunction(activation, negative_slope),
    };
  });
  return (input) => {
    const [first] = stages;
    if (first && input.length !== first.inputs)
      throw new RangeError(`${input.length} inputs: the network has ${first.inputs}`);
    return stages.reduce((x, { weight, outputs, bias, activation }) => {
      const y = new Float32Array(outputs);
      layers.apply(weight, x, y);
      return y.map((sum, i) => {
        const biased = sum + (bias?.[i] ?? 0);
        return activation ? activation(biased) : biased;
      });
    }, input);
  };
}
