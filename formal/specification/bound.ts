import { type AccumulateParameters, accumulate } from "../../hdl/accumulate.ts";
import type { MacParameters } from "../../hdl/mac.ts";
import { type Activation, activationBits, productBits } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { aroundAccumulate, aroundMac, macModules } from "./accumulate.ts";
import { signedLiteral } from "./weight.ts";

/** The maximum |W(w)·x|: 1.5·2^19, the maximum |W|, times 2^(X−1). A whole number of up to 36 bits. */
export const maxProduct = (activation: Activation): bigint =>
  3n << BigInt(18 + activationBits(activation) - 1);

/** That the Verilog signal `value` of so many bits is within ±maximum. */
export const within = (value: string, bits: number, maximum: bigint): string =>
  `${value} <= ${signedLiteral(bits, maximum)} && ${value} >= ${signedLiteral(bits, -maximum)}`;

/** The bound that the width of an accumulator is derived from, and that no smaller one would be. */
export const productBoundProperties = (
  activation: Activation,
  maximum = maxProduct(activation),
): Property[] => {
  const [subject, bits] = [product({ activation }), productBits(activation)];
  return [
    {
      circuit: "product",
      parameters: { activation },
      name: "product is within ±1.5·2^19·2^(X−1) for every weight and activation",
      subject,
      clocked: false,
      checker: `module check(${inputsOf(subject).join(", ")});
  ${instantiate(subject, { name: "dut" })}
  always @* assert (${within("product", bits, maximum)});
endmodule
`,
    },
  ];
};

/**
 * The sum of the terms since the last clear or reset in 64 bits, which 2^24 of the largest products stay
 * inside, and their number, which is assumed never to pass `terms`. That |total| ≤ count · maximum product
 * is what makes it an induction.
 */
const neverOverflows = ({
  activation,
  terms,
}: Pick<MacParameters, "activation" | "terms">): string =>
  `  reg signed [63:0] total;
  reg [24:0] count;
  wire [24:0] counted = (clear_now ? 25'd0 : count) + 25'd1;
  always @(posedge clock)
    if (reset) begin
      total <= 0;
      count <= 0;
    end else if (enable_now) begin
      total <= (clear_now ? 64'sd0 : total) + term;
      count <= counted;
    end
  wire signed [63:0] bound = count * 64'd${maxProduct(activation)};
  always @* begin
    assume (reset || !enable_now || counted <= 25'd${terms});
    assert (count <= 25'd${terms});
    assert (total <= bound && total >= -bound);
    assert (sum == total);
    assert (!overflow);
  end`;

const name = "in at most K = terms terms, sum is their sum in 64 bits and overflow is never raised";

/** Of RF8's accumulator. Holds where it is `exact`, and for no width below that. */
export const accumulateBoundProperties = (parameters: AccumulateParameters): Property[] => {
  const { activation } = parameters;
  const bits = productBits(activation);
  return [
    {
      circuit: "accumulate",
      parameters: { ...parameters },
      name: `${name}, given products within their bound`,
      subject: accumulate(parameters),
      clocked: true,
      checker: aroundAccumulate(
        parameters,
        `  always @* assume (${within("term", bits, maxProduct(activation))});
${neverOverflows(parameters)}`,
      ),
    },
  ];
};

/** The same of the whole unit: nothing is assumed of the products. Terms count as they reach the accumulator. */
export const macBoundProperties = (parameters: MacParameters): Property[] => {
  const { activation } = parameters;
  return [
    {
      circuit: "mac",
      parameters: { ...parameters },
      name,
      ...macModules(parameters),
      clocked: true,
      checker: aroundMac(
        parameters,
        `  always @* assert (${within("term", productBits(activation), maxProduct(activation))});
${neverOverflows(parameters)}`,
      ),
    },
  ];
};
