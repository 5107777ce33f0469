import { queue, uint } from "@chisel-ts/core";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

const skidBuffer = (width: number) => queue({ type: uint(width), depth: 1, flow: true });

const checker = (
  width: number,
  assertion: string,
): string => `module check(${inputsOf(skidBuffer(width)).join(", ")});
  ${instantiate(skidBuffer(width), { name: "dut" })}
  wire enters = source_valid && source_ready, leaves = sink_valid && sink_ready;
  reg waits;
  reg [${width - 1}:0] word;
  always @(posedge clock)
    if (reset) waits <= 0;
    else if (!waits && enters && !leaves) begin
      waits <= 1;
      word <= source_bits;
    end else if (leaves) waits <= 0;
${inner(1, "count")}
${inner(width, "word_0")}
  always @* begin
    assert (\\dut.count == waits);
    if (waits) assert (\\dut.word_0 == word);
  end
${assertion}
endmodule
`;

const assertions = (width: number): Record<string, string> => ({
  "every word leaves once, in its turn, unchanged": `  always @* begin
    assert (source_ready == !waits && sink_valid == (waits || source_valid));
    if (sink_valid) assert (sink_bits == (waits ? word : source_bits));
  end`,
  "a valid word stays valid and unchanged until it transfers": `  reg stalled;
  reg [${width - 1}:0] shown;
  always @(posedge clock) begin
    stalled <= !reset && sink_valid && !sink_ready;
    shown <= sink_bits;
  end
  always @* if (stalled) assert (sink_valid && sink_bits == shown);`,
});

/**
 * A queue of one word with `flow` as a skid buffer: for any source and any sink; `source_ready` is a register. The bits of a
 * word are moved and never looked at.
 */
export function skidProperties(width: number): Property[] {
  const base = {
    circuit: "queue",
    parameters: { width, depth: 1, flow: 1 },
    subject: skidBuffer(width),
    clocked: true,
  };
  return [
    ...Object.entries(assertions(width)).map(
      ([name, assertion]): Property => ({ ...base, name, checker: checker(width, assertion) }),
    ),
    reachable(
      { ...base, name: "", checker: checker(width, "") },
      "a word waits, leaves, and the next leaves at once",
      "emptied && leaves && !waits",
      `  reg emptied;
  always @(posedge clock) emptied <= !reset && waits && leaves;
`,
    ),
  ];
}
