import { type Bool, literal, mux, named, type SInt, sint, type UInt } from "@chisel-ts/core";
import { type Adder, adders } from "../arithmetic/adder/adders.ts";
import { carrySave } from "../arithmetic/multiplier.ts";
import { negated } from "../arithmetic/negated.ts";
import { productBits } from "../parameters.ts";
import { stage } from "../stage.ts";
import { type Fp8Fields, fp8Fields, layouts } from "./fp8-fields.ts";
import type { ProductOf } from "./ports.ts";

/**
 * W(w)·x of an OCP FP8 weight, exactly: the activation with the weight's sign, one row for each bit of the
 * significand, and one shift by the exponent. An activation that is E4M3 itself comes in as its significand, its
 * exponent on top of the weight's. With a register, before the shift.
 */
export const fp8Product = (format: keyof typeof layouts): ProductOf => ({
  headline({ activation }) {
    const times = activation === "e4m3" ? "E4M3 activation, exactly" : "integer activation";
    return `${format.toUpperCase()} weight times ${times}: rows of the significand and one shift`;
  },
  build(io, { activation, multiplier, adder }, registered) {
    const add = adders[adder];
    const bits = productBits(activation, format);
    const weight = fp8Fields(io.weight, layouts[format]);
    const scaled =
      activation === "e4m3"
        ? scaledFloat(weight, fp8Fields(io.activation.asUInt(), layouts.e4m3), adder)
        : scaledInteger(weight, io.activation.asSInt(), adder);
    const { operand, exponent, invalid, sumBits, halves } = scaled;
    const { significand } = weight;
    const row = (bit: number): SInt => {
      const shifted = operand.shiftLeft(bit);
      const kept = shifted.width > sumBits ? shifted.truncate(sumBits) : shifted.extend(sumBits);
      return mux(significand.bit(bit), kept, literal(sint(sumBits), 0));
    };
    const rows = Array.from({ length: significand.width - 1 }, (_, bit) => row(bit + 1));
    const tree =
      multiplier === "operator" ? undefined : carrySave(multiplier, operand, significand);
    const sum = tree
      ? add(tree.sum, tree.carry).truncate(sumBits)
      : rows.reduce((total, term) => add(total, term), row(0));
    named({ exponent, invalid, significand, operand, sum });

    const shift = stage("shift", registered, { sum, exponent, invalid });
    const shifted = shift.sum.shiftLeftBy(shift.exponent);
    io.product.set(shifted.bits(bits + halves - 1, halves).asSInt());
    io.invalid.set(shift.invalid);
  },
});

/** What the weight's significand is multiplied by, and by what power of two the product is to be shifted. */
interface Scaled {
  readonly operand: SInt;
  readonly exponent: UInt;
  readonly invalid: Bool;
  /** Bits of significand · operand. */
  readonly sumBits: number;
  /** The powers of two that the operands count too much. */
  readonly halves: number;
}

/** |significand · x| ≤ (2^(significand bits) − 1) · 2^(X − 1). */
const scaledInteger = (weight: Fp8Fields, x: SInt, adder: Adder): Scaled => ({
  ...weight,
  operand: mux(weight.negative, negated(x, adder), x.extend(x.width + 1)),
  sumBits: x.width + weight.significand.width,
  halves: 1,
});

/** The significand of the activation with the sign of the product, which 0 to 15 leaves room for. */
const scaledFloat = (weight: Fp8Fields, x: Fp8Fields, adder: Adder): Scaled => {
  const magnitude = x.significand.toSInt();
  const { width } = magnitude;
  const negative = weight.negative.xor(x.negative);
  return {
    operand: mux(negative, negated(magnitude, adder).truncate(width), magnitude),
    exponent: weight.exponent.add(x.exponent),
    invalid: weight.invalid.or(x.invalid),
    sumBits: width + weight.significand.width,
    halves: 2,
  };
};
