import type { Format } from "../../hdl/format.ts";
import { type ProductParameters, product } from "../../hdl/product/product.ts";
import type { Property } from "../property.ts";
import { integerWeight, invalidCode, productWidth } from "./weight.ts";

/** Verilog that splits a code: |W| = `<name>_significand` · 2^`<name>_shift`, straight from the format's definition. */
function fields(format: Format, code: string, name: string): string {
  const rows = Array.from({ length: 256 }, (_, value) => {
    const weight = integerWeight(format, value);
    let [significand, shift] = [Math.abs(weight), 0];
    while (significand >= 16) [significand, shift] = [significand / 2, shift + 1];
    return `    8'd${value}: {${name}_negative, ${name}_significand, ${name}_shift} = {1'd${Number(weight < 0)}, 4'd${significand}, 5'd${shift}};`;
  });
  return `  reg ${name}_negative;
  reg [3:0] ${name}_significand;
  reg [4:0] ${name}_shift;
  always @* case (${code})
${rows.join("\n")}
  endcase`;
}

/** W(w)·W(x) of two floating codes: the product of two significands of 4 bits is small enough for all codes at once. */
export const floatProductProperty = (parameters: ProductParameters): Property => {
  const { format, activation } = parameters;
  const plain = product(parameters);
  const bits = productWidth(format, activation);
  return {
    circuit: "product",
    parameters: { ...parameters },
    name: "product is W(weight) · W(activation) for every weight and activation",
    subject: plain,
    clocked: false,
    checker: `module check(input [7:0] weight, input [7:0] activation);
  wire signed [${bits - 1}:0] product;
  wire invalid;
  ${plain.name} dut(.weight(weight), .activation(activation), .product(product), .invalid(invalid));
${fields(format, "weight", "w")}
${fields("e4m3", "activation", "x")}
  wire [7:0] significand = w_significand * x_significand;
  wire [5:0] shift = w_shift + x_shift;
  wire signed [${bits - 1}:0] magnitude = significand << shift;
  wire signed [${bits - 1}:0] expected = w_negative != x_negative ? -magnitude : magnitude;
  always @* begin
    assert (product == expected);
    assert (invalid == (${invalidCode(format, "weight")} || ${invalidCode("e4m3", "activation")}));
  end
endmodule
`,
  };
};
