import { circuit, module, named, type SInt, type UInt } from "@chisel-ts/core";
import { adders } from "../arithmetic/adder/adders.ts";
import { carrySave } from "../arithmetic/multiplier.ts";
import { header } from "../format.ts";
import { stage } from "../stage.ts";
import { productPorts } from "./ports.ts";
import type { ProductVariant } from "./variant.ts";

/**
 * The product of an INT8 weight: one signed multiplication, in a module of its own so that synthesis does
 * not fuse it with the accumulator. With a register inside: the products of the weight's two halves, or where
 * the multiplier is ours the two numbers that it ends in, and their sum a cycle later.
 */
export const int8Product = circuit((variant: ProductVariant<"int8">) => {
  const { format, activation, multiplier, adder, registered } = variant;
  return module(
    {
      ...header(registered ? "product_registered" : "product", {
        ...{ format, activation, multiplier, adder },
      }),
      description: "INT8 weight times integer activation: a signed multiplication",
      latency: registered ? 1 : 0,
      ports: productPorts(format, activation),
    },
    (io) => {
      io.invalid.set(false);
      io.product.set(multiply(variant, io.activation.asSInt(), io.weight));
    },
  );
});

function multiply(
  { multiplier, adder, registered }: ProductVariant<"int8">,
  activation: SInt,
  weight: UInt,
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
