import { type AccumulatorParameters, accumulated, controls } from "./accumulate.ts";
import { delayed } from "./delayed.ts";
import { accumulatorWidth, type ModelParameters, pipelineStages } from "./parameters.ts";
import { products } from "./product.ts";
import type { Reference } from "./reference.ts";

/**
 * The dot-product unit: operands of cycle i are in the outputs of cycle i + 1 + pipeline.
 *
 * Inputs: weight_0, weight_1, … (8 bits), activation_0, … (X bits, signed, or an E4M3 code), enable, clear. Outputs: sum (N
 * bits, signed), invalid, overflow. Doubles hold the sum of a cycle: 64 products of up to 2^47.
 *
 * @throws RangeError when N, K or the number of lanes is not a positive integer, or pipeline is not 0 to 3.
 */
export function dotReference(
  parameters: AccumulatorParameters & Pick<ModelParameters, "pipeline" | "lanes">,
): Reference {
  const width = accumulatorWidth(parameters);
  const stages = pipelineStages(parameters);
  return (stimulus, cycles) => {
    const { enable, clear } = controls(stimulus, cycles);
    const [product, invalid] = [new Float64Array(cycles), new Float64Array(cycles)];
    for (let lane = 0; lane < parameters.lanes; lane++) {
      const lanes = products(parameters, stimulus, cycles, `_${lane}`);
      for (let cycle = 0; cycle < cycles; cycle++) {
        product[cycle] = (product[cycle] as number) + (lanes.product[cycle] as number);
        invalid[cycle] = Number(invalid[cycle] === 1 || lanes.invalid[cycle] === 1);
      }
    }
    return accumulated(width, parameters.overflow, {
      enable: delayed(enable, stages),
      clear: delayed(clear, stages),
      product: delayed(product, stages),
      invalid: delayed(invalid, stages),
    });
  };
}
