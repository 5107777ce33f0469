import type { Block } from "../../model/core/index.ts";
import type { CoreNetwork } from "./network.ts";

/**
 * The classifier's results as real logits, scaled and capped as the network has it; neither changes which is the largest.
 *
 * @example
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const network = coreNetwork(model, { activation: "int16", context: 8 });
 * const logits = logitsOf(network, new IntegerDecoder(network).next(1));
 * const expected = new DecoderSession(model).next(1);
 * console.log(logits.every((logit, token) => Math.abs(logit - expected[token]) < 0.1)); // true
 */
export function logitsOf({ config }: Pick<CoreNetwork, "config">, y: Block): Float64Array {
  const cap = config.softCaps.logits;
  return Float64Array.from(y.values, (value) => {
    const logit = value * 2 ** y.exponent * config.scales.logits;
    return cap === null ? logit : cap * Math.tanh(logit / cap);
  });
}
