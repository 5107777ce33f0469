import {
  bool,
  circuit,
  input,
  instance,
  module,
  output,
  register,
  sint,
  uint,
  when,
} from "@chisel-ts/core";
import { activationBits, checkNames, type IntegerActivation } from "../parameters.ts";
import { product } from "../product/rf8.ts";

/** `width`: bits of the partial sums, at least those of a product. */
export interface ProcessingElementParameters {
  readonly activation: IntegerActivation;
  readonly width: number;
}

/**
 * One element of a weight-stationary array: it keeps a weight, hands the activation on, and adds
 * W(weight)·activation to the sum that passes through. Every output is a register; without `enable`
 * nothing changes.
 *
 * @throws CircuitError when `width` is less than a product's.
 */
export const processingElement = circuit((parameters: ProcessingElementParameters) => {
  checkNames(["activation", "width"], parameters);
  const { activation, width } = parameters;
  const x = activationBits(activation);
  return module(
    {
      name: "processing_element",
      description: "Weight-stationary element: sum_out' = sum_in + W(weight) · activation_in",
      parameters: { activation, width },
      latency: 1,
      ports: {
        enable: input(bool(), "every register moves at this edge"),
        load: input(bool(), "with enable: take weight_in"),
        weight_in: input(uint(8), "RF8 code from above"),
        activation_in: input(sint(x), "signed activation from the left"),
        sum_in: input(sint(width), "partial sum from above"),
        invalid_in: input(bool(), "a weight above is NaN"),
        weight_out: output(uint(8), "the weight kept"),
        activation_out: output(sint(x), "activation_in, one cycle later"),
        sum_out: output(sint(width), "partial sum with this element's product"),
        invalid_out: output(bool(), "this weight or one above is NaN"),
      },
    },
    (io) => {
      const weight = register("weight", uint(8), { reset: 0 });
      const activationHeld = register("activation_held", sint(x), { reset: 0 });
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
  );
});
