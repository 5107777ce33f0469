import type { Block } from "../../model/core/index.ts";
import type { CoreNetwork } from "./network.ts";

/** The classifier's results as real logits, scaled and capped as the network has it; neither changes which is the greatest. */
export function logitsOf({ config }: Pick<CoreNetwork, "config">, y: Block): Float64Array {
  const cap = config.softCaps.logits;
  return Float64Array.from(y.values, (value) => {
    const logit = value * 2 ** y.exponent * config.scales.logits;
    return cap === null ? logit : cap * Math.tanh(logit / cap);
  });
}
