import { activationBits } from "../../hdl/parameters.ts";
import { type ProductParameters, product, registeredProduct } from "../../hdl/product/product.ts";
import type { Property } from "../property.ts";

/**
 * The product of INT8 by Verilog's own `*`, which is compared with `*` on operands of the product's width, where yosys sees that the
 * circuit's is the same: a solver alone does not tell two multipliers apart in reasonable time.
 *
 * So the registered product is compared with the products of the two halves of the weight: as a number,
 * weight = 16 · $signed(weight[7:4]) + weight[3:0].
 */
export const int8ProductProperties = (given: ProductParameters): Property[] => {
  const { activation } = given;
  const parameters = { ...given };
  const [plain, registered] = [product(parameters), registeredProduct(parameters)];
  const x = activationBits(activation);
  const operands = `input [7:0] weight, input signed [${x - 1}:0] activation`;
  const outputs = `  wire signed [${x + 7}:0] product;
  wire invalid;`;
  return [
    {
      circuit: "product",
      parameters,
      name: "product is $signed(weight) * activation for every weight and activation",
      subject: plain,
      clocked: false,
      checker: `module check(${operands});
${outputs}
  ${plain.name} dut(.weight(weight), .activation(activation), .product(product), .invalid(invalid));
  wire signed [${x + 7}:0] x = activation, w = $signed(weight);
  always @* begin
    assert (product == x * w);
    assert (!invalid);
  end
endmodule
`,
    },
    {
      circuit: "product",
      parameters,
      name: "the registered product is the sum of those of the weight's halves one cycle later",
      subject: registered,
      clocked: true,
      checker: `module check(input clock, input reset, ${operands});
${outputs}
  ${registered.name} dut(
    .clock(clock), .reset(reset),
    .weight(weight), .activation(activation), .product(product), .invalid(invalid)
  );
  wire signed [${x + 4}:0] x_low = activation, w_low = {1'b0, weight[3:0]};
  wire signed [${x + 3}:0] x_high = activation, w_high = $signed(weight[7:4]);
  reg signed [${x + 7}:0] low, high;
  always @(posedge clock) begin
    low <= reset ? 0 : x_low * w_low;
    high <= reset ? 0 : x_high * w_high;
  end
  always @* begin
    assert (product == 16 * high + low);
    assert (!invalid);
  end
endmodule
`,
    },
  ];
};
