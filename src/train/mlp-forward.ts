import type * as Jax from "@jax-js/jax";
import type { MlpConfig } from "../network/index.ts";
import { type Arrays, type JaxArray, linear, take } from "./jax.ts";

/**
 * The outputs of an MLP with ReLUs for a batch of inputs.
 *
 * @param first what the first layer's weight makes of the inputs, [batch, outputs of the first layer]; consumed
 * @returns [batch, outputs]
 * @throws RangeError for another activation.
 */
export function mlpOutputs(
  jax: typeof Jax,
  { layers }: MlpConfig,
  parameters: Arrays,
  first: JaxArray,
): JaxArray {
  let x = first;
  layers.forEach(({ weight, bias, activation }, layer) => {
    if (layer > 0) x = linear(jax, x, take(parameters, weight));
    if (bias !== undefined) x = x.add(take(parameters, bias));
    if (activation === "relu") x = jax.nn.relu(x);
    else if (activation !== undefined) throw new RangeError(`${activation} is not trained`);
  });
  return x;
}
