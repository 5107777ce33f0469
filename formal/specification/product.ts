import { activationBits } from "../../hdl/parameters.ts";
import { type ProductParameters, productOf, registeredProductOf } from "../../hdl/products.ts";
import type { Property } from "../property.ts";
import { integerWeight, invalidCode, productWidth } from "./weight.ts";

/** Bits of a factor: all of INT8's W, and more than the significands of the others have. */
const factorBits = 8;

/** W = factor · 2^shift: a small multiplication for the solver, and constants of the 31 bits that yosys reads. */
function factored(weight: number): { readonly factor: number; readonly shift: number } {
  let [factor, shift] = [weight, 0];
  while (BigInt.asIntN(factorBits, BigInt(factor)) !== BigInt(factor)) {
    [factor, shift] = [factor / 2, shift + 1];
  }
  return { factor, shift };
}

/** W(w)·x for every w and x, code by code: a multiplication by a constant is easy for the solver. */
export const productProperties = (parameters: ProductParameters): Property[] => {
  const { format, activation } = parameters;
  const [plain, registered] = [productOf(parameters), registeredProductOf(parameters)];
  const x = activationBits(activation);
  const bits = productWidth(format, x);
  return [
    {
      circuit: "product",
      parameters: { format, activation },
      name: "product is W(weight) · activation for every weight and activation",
      modules: [plain],
      clocked: false,
      cases: Array.from({ length: 256 }, (_, code) => {
        const { factor, shift } = factored(integerWeight(format, code));
        return {
          weight: BigInt(code),
          factor: BigInt.asUintN(factorBits, BigInt(factor)),
          shift: BigInt(shift),
        };
      }),
      checker: `module check(
  input [7:0] weight, input signed [${x - 1}:0] activation, input signed [${factorBits - 1}:0] factor, input [4:0] shift
);
  wire signed [${bits - 1}:0] product;
  wire invalid;
  ${plain.name} dut(.weight(weight), .activation(activation), .product(product), .invalid(invalid));
  wire signed [${bits}:0] expected = (activation * factor) <<< shift;
  always @* begin
    assert (product == expected);
    assert (invalid == (${invalidCode(format, "weight")}));
  end
endmodule
`,
    },
    {
      circuit: "product",
      parameters: { format, activation },
      name: "the registered product is the product one cycle later",
      modules: [plain, registered],
      clocked: true,
      checker: `module check(input clock, input reset, input [7:0] weight, input signed [${x - 1}:0] activation);
  wire signed [${bits - 1}:0] now, later;
  wire invalid_now, invalid_later;
  ${plain.name} plain(.weight(weight), .activation(activation), .product(now), .invalid(invalid_now));
  ${registered.name} dut(
    .clock(clock), .reset(reset),
    .weight(weight), .activation(activation), .product(later), .invalid(invalid_later)
  );
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
    },
  ];
};
