import type { Format } from "../../hdl/format.ts";
import { activationBits } from "../../hdl/parameters.ts";
import { type ProductParameters, product, registeredProduct } from "../../hdl/product/product.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { floatProductProperty } from "./float-product.ts";
import { int8ProductProperties } from "./int8.ts";
import { integerWeight, invalidCode, productWidth } from "./weight.ts";

/** Bits of the largest significand: INT8's 127, and 24 of RF8. */
const significandBits = (format: Format): number => (format === "int8" ? 8 : 5);

/** |W| = significand · 2^shift: a small multiplication for the solver, and constants of the 31 bits that yosys reads. */
function split(
  weight: number,
  bits: number,
): { readonly significand: number; readonly shift: number } {
  let [significand, shift] = [Math.abs(weight), 0];
  while (significand >= 2 ** bits) [significand, shift] = [significand / 2, shift + 1];
  return { significand, shift };
}

/** The product, and the one with a register inside. */
export const productProperties = (parameters: ProductParameters): Property[] => {
  const { format, activation, multiplier } = parameters;
  if (format === "int8" && multiplier === "operator") return int8ProductProperties(parameters);
  const isFloat = activation === "e4m3";
  return [
    isFloat ? floatProductProperty(parameters) : plainProperty(parameters),
    registeredProperty(parameters),
  ];
};

/** W(w)·x for every w and x, code by code: a multiplication by a constant is easy for the solver. */
const plainProperty = (parameters: ProductParameters): Property => {
  const { format, activation } = parameters;
  const plain = product(parameters);
  const x = activationBits(activation);
  const bits = productWidth(format, activation);
  return {
    circuit: "product",
    parameters: { ...parameters },
    name: "product is W(weight) · activation for every weight and activation",
    subject: plain,
    clocked: false,
    cases: Array.from({ length: 256 }, (_, code) => {
      const weight = integerWeight(format, code);
      const { significand, shift } = split(weight, significandBits(format));
      return {
        weight: BigInt(code),
        negative: BigInt(weight < 0),
        significand: BigInt(significand),
        shift: BigInt(shift),
      };
    }),
    checker: `module check(
  input [7:0] weight, input signed [${x - 1}:0] activation,
  input negative, input [${significandBits(format) - 1}:0] significand, input [4:0] shift
);
  ${instantiate(plain, { name: "dut" })}
  wire signed [${x}:0] operand = negative ? -activation : activation;
  wire signed [${bits}:0] expected = ($signed({1'b0, significand}) * operand) <<< shift;
  always @* begin
    assert (product == expected);
    assert (invalid == (${invalidCode(format, "weight")}));
  end
endmodule
`,
  };
};

const registeredProperty = (parameters: ProductParameters): Property => {
  const { format, activation } = parameters;
  const [plain, registered] = [product(parameters), registeredProduct(parameters)];
  const bits = productWidth(format, activation);
  return {
    circuit: "product",
    parameters: { ...parameters },
    name: "the registered product is the product one cycle later",
    subject: registered,
    helpers: [plain],
    clocked: true,
    checker: `module check(${inputsOf(registered).join(", ")});
  ${instantiate(plain, { name: "plain", ports: { product: "now", invalid: "invalid_now" } })}
  ${instantiate(registered, { name: "dut", ports: { product: "later", invalid: "invalid_later" } })}
  reg signed [${bits - 1}:0] before;
  reg invalid_before;
  always @(posedge clock) begin
    before <= reset ? 0 : now;
    invalid_before <= reset ? 1'b0 : invalid_now;
  end
  always @* begin
    assert (later == before);
    assert (invalid_later == invalid_before);
  end
endmodule
`,
  };
};
