import { bool, input, instance, mux, output, register, sint, uint, when } from "@chisel-ts/core";
import { circuit } from "../../circuit.ts";
import { activationBits } from "../../parameters.ts";
import { product } from "../../product/product.ts";
import { elementParameters } from "../processing-element.ts";

/**
 * An element of the streaming array: it multiplies by one weight while the next tile's is shifted in. `swap` goes with
 * the activation: from that activation on, the element uses the next weight. Every output is a register.
 *
 * @throws CircuitError when `width` is less than a product's.
 */
export const arrayElement = circuit({
  name: "array_element",
  description: "Element of the streaming array: sum_out' = sum_in + W(weight) · activation_in",
  parameters: elementParameters,
  latency: () => 1,
  ports({ activation, width }) {
    const x = activationBits(activation);
    return {
      enable: input(bool(), "clock enable of activations and sums"),
      load: input(bool(), "shift the next weights down by one row"),
      weight_in: input(uint(8), "next weight from the element above, RF8 code"),
      activation_in: input(sint(x), "signed activation from the element on the left"),
      swap_in: input(
        bool(),
        "activation_in is the first of a tile: use the next weight from it on",
      ),
      sum_in: input(sint(width), "partial sum from the element above"),
      invalid_in: input(bool(), "the weight of an element above is NaN"),
      weight_out: output(uint(8), "stored next weight, RF8 code"),
      activation_out: output(sint(x), "activation_in one cycle later"),
      swap_out: output(bool(), "swap_in one cycle later"),
      sum_out: output(sint(width), "sum_in plus the product of this element"),
      invalid_out: output(bool(), "the weight of this element or of one above is NaN"),
    };
  },
  build(io, { activation, width }) {
    const next = register("next_weight", uint(8), { reset: 0 });
    const kept = register("weight", uint(8), { reset: 0 });
    const activationHeld = register("activation_held", io.activation_in.type, { reset: 0 });
    const swapHeld = register("swap_held", bool(), { reset: 0 });
    const partial = register("partial", sint(width), { reset: 0 });
    const invalid = register("invalid_seen", bool(), { reset: 0 });

    const weight = mux(io.swap_in, next, kept);
    const term = instance("multiplier", product({ activation }), {
      weight,
      activation: io.activation_in,
    });
    when(io.load, () => next.set(io.weight_in));
    when(io.enable, () => {
      kept.set(weight);
      activationHeld.set(io.activation_in);
      swapHeld.set(io.swap_in);
      partial.set(io.sum_in.addWrap(term.product.extend(width)));
      invalid.set(io.invalid_in.or(term.invalid));
    });
    io.weight_out.set(next);
    io.activation_out.set(activationHeld);
    io.swap_out.set(swapHeld);
    io.sum_out.set(partial);
    io.invalid_out.set(invalid);
  },
});
