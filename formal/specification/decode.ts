import { decode } from "../../hdl/product/decode.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { weightTable } from "./weight.ts";

/** The fields of all 256 codes put W together again. */
export const decodeProperties = (): Property[] => [
  {
    circuit: "decode",
    parameters: {},
    name: "W is ±(16 ± residual) · 2^exponent for every code; NaN is 0x80",
    subject: decode({}),
    clocked: false,
    checker: `module check(${inputsOf(decode({})).join(", ")});
  ${instantiate(decode({}), { name: "dut" })}
  reg signed [20:0] expected;
${weightTable("weight", "expected")}
  wire [20:0] magnitude = subtract ? 21'd16 - residual : 21'd16 + residual;
  wire [20:0] shifted = active ? magnitude << exponent : 21'd0;
  wire signed [20:0] found = negative ? -shifted : shifted;
  always @* begin
    assert (found == expected);
    assert (invalid == (weight == 8'h80));
    assert (residual == 0 || residual == 1 || residual == 2 || residual == 4 || residual == 8);
  end
endmodule
`,
  },
];
