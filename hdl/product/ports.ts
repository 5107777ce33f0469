import { bool, type Io, input, output, sint, uint } from "@chisel-ts/core";
import type { ValuesOf } from "../circuit.ts";
import { formats } from "../format.ts";
import { activationNote, activationType, parameters, productBits } from "../parameters.ts";

const { format, activation, multiplier, adder } = parameters;

export const productParameters = { format, activation, multiplier, adder };

export type ProductParameters = ValuesOf<typeof productParameters>;

/** The ports of a product: the same for every format, with a register inside or without. */
export const productPorts = ({ format, activation }: ProductParameters) => {
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

/** How the product of one format is computed. */
export interface ProductOf {
  readonly headline: (parameters: ProductParameters) => string;
  /** `registered`: with a register inside, and a latency of one cycle. */
  readonly build: (
    io: Io<ReturnType<typeof productPorts>>,
    parameters: ProductParameters,
    registered: boolean,
  ) => void;
}
