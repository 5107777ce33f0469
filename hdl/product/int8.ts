import { bool, circuit, input, literal, module, named, output, sint, uint } from "@chisel-ts/core";
import { adders } from "../arithmetic/adder/adders.ts";
import { carrySave } from "../arithmetic/multiplier.ts";
import { header } from "../format.ts";
import { activationBits, productBits } from "../parameters.ts";
import { stage } from "../stage.ts";
import type { ProductPorts } from "./rf8.ts";
import type { ProductVariant } from "./variant.ts";

/**
 * The product of an INT8 weight: one signed multiplication, in a module of its own so that synthesis does
 * not fuse it with the accumulator. With a register inside: the products of the weight's two halves, or where
 * the multiplier is ours the two numbers that it ends in, and their sum a cycle later.
 */
export const int8Product = circuit((variant: ProductVariant<"int8">) => {
  const { format, activation, multiplier, adder, registered } = variant;
  const x = activationBits(activation);
  const bits = productBits(activation, format);
  const ports: ProductPorts = {
    weight: input(uint(8), "two's complement"),
    activation: input(sint(x), "signed activation"),
    product: output(sint(bits), "weight · activation"),
    invalid: output(bool(), "0: every weight is a number"),
  };
  return module(
    {
      ...header(registered ? "product_registered" : "product", {
        ...{ format, activation, multiplier, adder },
      }),
      description: "INT8 weight times integer activation: a signed multiplication",
      latency: registered ? 1 : 0,
      ports,
    },
    (io) => {
      const operand = io.activation.asSInt();
      io.invalid.set(literal(bool(), false));
      if (multiplier !== "operator") {
        const rows = carrySave(multiplier, operand, io.weight.asSInt());
        const { sum, carry } = stage("rows", registered, rows);
        io.product.set(adders[adder](sum, carry));
        return;
      }
      if (!registered) {
        io.product.set(operand.mul(io.weight.asSInt()));
        return;
      }
      const low = operand.mul(io.weight.bits(3, 0).toSInt());
      const high = operand.mul(io.weight.bits(7, 4).asSInt());
      named({ low, high });
      const halves = stage("halves", registered, { low, high });
      io.product.set(adders[adder](halves.high.shiftLeft(4), halves.low.extend(bits)));
    },
  );
});
