import { bool, input, output, sint, uint } from "@chisel-ts/core";
import { type Format, formats } from "../format.ts";
import { type Activation, activationNote, activationType, productBits } from "../parameters.ts";

/** The ports of a product: the same of every format and of both variants. */
export const productPorts = (format: Format, activation: Activation) => {
  const operand = activation === "e4m3" ? "an operand" : "the weight";
  const invalid = `${operand} is ${formats[format].invalid}`;
  return {
    weight: input(uint(8), `weight, ${format.toUpperCase()} code`),
    activation: input(activationType(activation), activationNote(activation)),
    product: output(
      sint(productBits(activation, format)),
      format === "int8" ? "weight times activation" : `weight times activation; 0 where ${invalid}`,
    ),
    invalid: output(bool(), format === "int8" ? "always 0: every INT8 code is a number" : invalid),
  };
};

export type ProductPorts = ReturnType<typeof productPorts>;
