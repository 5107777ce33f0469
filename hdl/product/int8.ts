import { named, type SInt, type UInt } from "@chisel-ts/core";
import { adders } from "../arithmetic/adder/adders.ts";
import { carrySave } from "../arithmetic/multiplier.ts";
import { stage } from "../stage.ts";
import type { ProductOf, ProductParameters } from "./ports.ts";

/**
 * The product of an INT8 weight: one signed multiplication, in a module of its own so that synthesis does
 * not fuse it with the accumulator. With a register inside: the products of the weight's two halves, or where
 * the multiplier is ours the two numbers that it ends in, and their sum a cycle later.
 */
export const int8Product: ProductOf = {
  headline: () => "INT8 weight times integer activation: a signed multiplication",
  build(io, parameters, registered) {
    io.invalid.set(false);
    io.product.set(multiply(io.activation.asSInt(), io.weight, parameters, registered));
  },
};

function multiply(
  activation: SInt,
  weight: UInt,
  { multiplier, adder }: ProductParameters,
  registered: boolean,
): SInt {
  const add = adders[adder];
  if (multiplier !== "operator") {
    const rows = carrySave(multiplier, activation, weight.asSInt());
    const { sum, carry } = stage("rows", registered, rows);
    return add(sum, carry);
  }
  if (!registered) return activation.mul(weight.asSInt());
  const low = activation.mul(weight.bits(3, 0).toSInt());
  const high = activation.mul(weight.bits(7, 4).asSInt());
  named({ low, high });
  const halves = stage("halves", registered, { low, high });
  return add(halves.high.shiftLeft(4), halves.low.extend(activation.width + weight.width));
}
