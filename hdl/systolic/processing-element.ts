import { bool, input, instance, output, register, sint, uint, when } from "@chisel-ts/core";
import { circuit, type ValuesOf } from "../circuit.ts";
import { activationBits, integerActivation, size } from "../parameters.ts";
import { product } from "../product/product.ts";

export const elementParameters = {
  activation: integerActivation,
  width: size("bits of the partial sums, at least those of a product"),
};

export type ProcessingElementParameters = ValuesOf<typeof elementParameters>;

/**
 * One element of a weight-stationary array: it stores a weight, passes the activation to the right, and adds
 * W(weight)·activation to the sum that it passes down. Every output is a register; without `enable`
 * nothing changes.
 *
 * @throws CircuitError when `width` is less than a product's.
 *
 * @example
 * console.log(processingElement({ activation: "int8", width: 32 }).clocked); // true
 */
export const processingElement = circuit({
  name: "processing_element",
  description: "Weight-stationary element: sum_out' = sum_in + W(weight) · activation_in",
  parameters: elementParameters,
  latency: () => 1,
  ports({ activation, width }) {
    const x = activationBits(activation);
    return {
      enable: input(bool(), "clock enable of every register"),
      load: input(bool(), "with enable: store weight_in as the weight"),
      weight_in: input(uint(8), "weight from the element above, RF8 code"),
      activation_in: input(sint(x), "signed activation from the element on the left"),
      sum_in: input(sint(width), "partial sum from the element above"),
      invalid_in: input(bool(), "the weight of an element above is NaN"),
      weight_out: output(uint(8), "stored weight, RF8 code"),
      activation_out: output(sint(x), "activation_in one cycle later"),
      sum_out: output(sint(width), "sum_in plus the product of this element"),
      invalid_out: output(bool(), "the weight of this element or of one above is NaN"),
    };
  },
  build(io, { activation, width }) {
    const weight = register("weight", uint(8), { reset: 0 });
    const activationHeld = register("activation_held", io.activation_in.type, { reset: 0 });
    const partial = register("partial", sint(width), { reset: 0 });
    const invalid = register("invalid_seen", bool(), { reset: 0 });

    const term = instance("multiplier", product({ activation }), {
      weight,
      activation: io.activation_in,
    });
    when(io.enable, () => {
      when(io.load, () => weight.set(io.weight_in));
      activationHeld.set(io.activation_in);
      partial.set(io.sum_in.addWrap(term.product.extend(width)));
      invalid.set(io.invalid_in.or(term.invalid));
    });
    io.weight_out.set(weight);
    io.activation_out.set(activationHeld);
    io.sum_out.set(partial);
    io.invalid_out.set(invalid);
  },
});
