import { activationBits } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import {
  type ProcessingElementParameters,
  processingElement,
} from "../../hdl/systolic/processing-element.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";

/** The product comes from the module `product`, which is proved by itself: the solver need not multiply. */
export const processingElementProperties = (given: ProcessingElementParameters): Property[] => {
  const { activation, width } = given;
  const x = activationBits(activation);
  const [subject, multiply] = [processingElement({ activation, width }), product({ activation })];
  return [
    {
      circuit: "processing_element",
      parameters: { activation, width },
      name: "weight, activation, sum and invalid are those of the specification for all time",
      subject,
      helpers: [multiply],
      clocked: true,
      checker: `module check(${inputsOf(subject).join(", ")});
  ${instantiate(subject, { name: "dut" })}
  reg [7:0] w;
  reg signed [${x - 1}:0] a;
  reg signed [${width - 1}:0] s;
  reg i;
  ${instantiate(multiply, {
    name: "specified",
    ports: { weight: "w", activation: "activation_in", product: "term", invalid: "nan" },
  })}
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
