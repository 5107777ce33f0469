import { scalar } from "../../hdl/core/scalar.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";

/** Cycles of a root and a reciprocal. */
const longest = 37;

/** The scalar unit of the decoder core: it is busy for a bounded time, whatever the value. */
export function scalarProperties(): Property[] {
  const checker = `module check(${inputsOf(scalar()).join(", ")});
  ${instantiate(scalar(), { name: "dut" })}
${inner(3, "state")}
${inner(5, "extract.left")}
${inner(5, "divide.left")}
  reg [5:0] cycles;
  always @(posedge clock) cycles <= reset || !busy ? 0 : cycles + 1;
  // What is left: from Root to Idle, sixteen digits of the root and sixteen of the quotient.
  wire [5:0] left = \\dut.state == 1 ? 36 : \\dut.state == 2 ? 19 + \\dut.extract.left :
    \\dut.state == 3 ? 18 : \\dut.state == 4 ? 1 + \\dut.divide.left : 0;
  always @* begin
    assert (\\dut.state <= 4 && busy == (\\dut.state != 0));
    assert (\\dut.extract.left <= 16 && \\dut.divide.left <= 16);
    assert (cycles + left <= ${longest});
  end
endmodule
`;
  return [
    {
      circuit: "core_scalar",
      parameters: {},
      clocked: true,
      subject: scalar(),
      checker,
      name: `it is busy for ${longest} cycles at most`,
    },
  ];
}
