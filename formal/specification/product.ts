import { type Activation, activationBits } from "../../hdl/parameters.ts";
import { product, registeredProduct } from "../../hdl/product.ts";
import type { Property } from "../property.ts";
import { integerWeight } from "./weight.ts";

/** W(w)·x for every w and x, code by code: a multiplication by a constant is easy for the solver. */
export const productProperties = (activation: Activation): Property[] => {
  const x = activationBits(activation);
  return [
    {
      circuit: "product",
      parameters: { activation },
      name: "product is W(weight) · activation for every weight and activation",
      modules: [product({ activation })],
      clocked: false,
      cases: Array.from({ length: 256 }, (_, code) => ({
        weight: BigInt(code),
        factor: BigInt.asUintN(21, BigInt(integerWeight(code))),
      })),
      checker: `module check(input [7:0] weight, input signed [${x - 1}:0] activation, input signed [20:0] factor);
  wire signed [${x + 19}:0] product;
  wire invalid;
  product dut(.weight(weight), .activation(activation), .product(product), .invalid(invalid));
  wire signed [${x + 20}:0] expected = factor * activation;
  always @* begin
    assert (product == expected);
    assert (invalid == (weight == 8'h80));
  end
endmodule
`,
    },
    {
      circuit: "product",
      parameters: { activation },
      name: "the registered product is the product one cycle later",
      modules: [product({ activation }), registeredProduct({ activation })],
      clocked: true,
      checker: `module check(input clock, input reset, input [7:0] weight, input signed [${x - 1}:0] activation);
  wire signed [${x + 19}:0] now, later;
  wire invalid_now, invalid_later;
  product plain(.weight(weight), .activation(activation), .product(now), .invalid(invalid_now));
  product_registered dut(
    .clock(clock), .reset(reset),
    .weight(weight), .activation(activation), .product(later), .invalid(invalid_later)
  );
  reg signed [${x + 19}:0] before;
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
