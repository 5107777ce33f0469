import { type Bool, concat, instance, literal, mux, named, sint } from "@chisel-ts/core";
import { adders } from "../arithmetic/adder/adders.ts";
import { negated } from "../arithmetic/negated.ts";
import { activationBits } from "../parameters.ts";
import { stage } from "../stage.ts";
import { decode } from "./decode.ts";
import type { ProductOf } from "./ports.ts";

/**
 * W(w)·x: ±16 times the activation plus ±1, 2, 4 or 8 times it, shifted by the exponent. Both signs of the
 * activation are made once and selected for each term (docs/datapath.md says what else was tried). Exact:
 * `20 + X` bits for X-bit activations. With a register, between the sum of its two terms and their common shift.
 */
export const rf8Product: ProductOf = {
  headline: () => "RF8 weight times integer activation: two shifts and one addition",
  build(io, { activation, adder }, registered) {
    const add = adders[adder];
    const x = activationBits(activation);
    const weight = instance("decoder", decode(), { weight: io.weight });
    const operand = io.activation.asSInt();
    const plus = operand.extend(x + 1);
    const minus = negated(operand, adder);
    const zero = literal(sint(x + 1), 0);
    /** ±activation, or 0 where the term is absent. */
    const term = (present: Bool, negative: Bool) =>
      mux(present.and(negative.not()), plus, zero).or(mux(present.and(negative), minus, zero));

    // |24·x| fits x + 5 bits. The first term is 16 times the activation, so the four lowest bits of the sum are
    // the second term's, and only the upper ones need an adder.
    const first = term(weight.active, weight.negative);
    const hasSecond = weight.active.and(weight.residual.orReduce());
    const second = term(hasSecond, weight.negative.xor(weight.subtract)).extend(x + 5);
    const [by1, by2] = [
      weight.residual.bit(3).or(weight.residual.bit(1)),
      weight.residual.bit(3).or(weight.residual.bit(2)),
    ];
    const once = mux(by1, second.shiftLeft(1).truncate(x + 5), second);
    const shifted = mux(by2, once.shiftLeft(2).truncate(x + 5), once);
    const upper = add(first, shifted.bits(x + 4, 4).asSInt());
    const sum = concat(upper, shifted.bits(3, 0)).asSInt();
    named({ plus, minus, first, second, once, shifted, upper, sum });

    const shift = stage("shift", registered, {
      sum,
      exponent: weight.exponent,
      invalid: weight.invalid,
    });
    io.product.set(shift.sum.shiftLeftBy(shift.exponent));
    io.invalid.set(shift.invalid);
  },
};
