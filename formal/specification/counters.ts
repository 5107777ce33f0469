import { counters } from "../../hdl/accelerator/counters.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";

const names = ["cycles", "activation_wait", "weight_wait", "result_wait"] as const;

/** The accelerator's counters: each counts its own event, from 0 where a job begins. */
export const countersProperties = (): Property[] => [
  {
    circuit: "accelerator_counters",
    parameters: {},
    name: "each counts the cycles of its own event since the last clear, modulo 2^32",
    subject: counters(),
    clocked: true,
    checker: `module check(${inputsOf(counters()).join(", ")});
  ${instantiate(counters(), { name: "dut" })}
${names
  .map(
    (name) => `  reg [31:0] ${name};
  always @(posedge clock) ${name} <= reset || clear ? 0 : ${name} + event_${name};
  always @* assert (count_${name} == ${name});`,
  )
  .join("\n")}
endmodule
`,
  },
];
