import { activationBits, productBits } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import {
  type ProcessingElementParameters,
  processingElement,
} from "../../hdl/systolic/processing-element.ts";
import type { Property } from "../property.ts";

/** The product comes from the module `product`, which is proved by itself: the solver need not multiply. */
export const processingElementProperties = (given: ProcessingElementParameters): Property[] => {
  const { activation, width } = given;
  const [x, bits] = [activationBits(activation), productBits(activation)];
  return [
    {
      circuit: "processing_element",
      parameters: { activation, width },
      name: "weight, activation, sum and invalid are those of the specification for all time",
      subject: processingElement({ activation, width }),
      helpers: [product({ activation })],
      clocked: true,
      checker: `module check(
  input clock, input reset, input enable, input load, input [7:0] weight_in,
  input signed [${x - 1}:0] activation_in, input signed [${width - 1}:0] sum_in, input invalid_in
);
  wire [7:0] weight_out;
  wire signed [${x - 1}:0] activation_out;
  wire signed [${width - 1}:0] sum_out;
  wire invalid_out;
  processing_element dut(
    .clock(clock), .reset(reset), .enable(enable), .load(load), .weight_in(weight_in),
    .activation_in(activation_in), .sum_in(sum_in), .invalid_in(invalid_in),
    .weight_out(weight_out), .activation_out(activation_out), .sum_out(sum_out),
    .invalid_out(invalid_out)
  );
  reg [7:0] w;
  reg signed [${x - 1}:0] a;
  reg signed [${width - 1}:0] s;
  reg i;
  wire signed [${bits - 1}:0] term;
  wire nan;
  product specified(.weight(w), .activation(activation_in), .product(term), .invalid(nan));
  always @(posedge clock)
    if (reset) begin
      w <= 0;
      a <= 0;
      s <= 0;
      i <= 0;
    end else if (enable) begin
      if (load) w <= weight_in;
      a <= activation_in;
      s <= sum_in + term;
      i <= invalid_in || nan;
    end
  always @* begin
    assert (weight_out == w);
    assert (activation_out == a);
    assert (sum_out == s);
    assert (invalid_out == i);
  end
endmodule
`,
    },
  ];
};
