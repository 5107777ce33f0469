import { type AccumulatorParameters, accumulated, controls } from "./accumulate.ts";
import { delayed } from "./delayed.ts";
import { accumulatorWidth, type ModelParameters, pipelineStages } from "./parameters.ts";
import { products } from "./product.ts";
import type { Reference } from "./reference.ts";

/**
 * The MAC: operands of cycle i are in the outputs of cycle i + 1 + pipeline.
 *
 * Inputs: weight (8 bits), activation (X bits, signed, or an E4M3 code), enable, clear. Outputs: sum (N bits,
 * signed), invalid, overflow.
 *
 * @throws RangeError when N or K is not a positive integer, or pipeline is not 0 to 3.
 */
export function macReference(
  parameters: AccumulatorParameters & Pick<ModelParameters, "pipeline">,
): Reference {
  const width = accumulatorWidth(parameters);
  const stages = pipelineStages(parameters);
  return (stimulus, cycles) => {
    const { enable, clear } = controls(stimulus, cycles);
    const { product, invalid } = products(parameters, stimulus, cycles);
    return accumulated(width, parameters.overflow, {
      enable: delayed(enable, stages),
      clear: delayed(clear, stages),
      product: delayed(product, stages),
      invalid: delayed(invalid, stages),
    });
  };
}
