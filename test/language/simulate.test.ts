import { emitDesign, type ir } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { circuits } from "../../packages/chisel-ts/test/verilog/circuits.ts";
import { Interpreter } from "../../packages/chisel-ts/test/verilog/interpret.ts";
import { bitsBelow, numbers, randomModule } from "../../packages/chisel-ts/test/verilog/random.ts";
import { needs } from "../support/native.ts";
import { simulate } from "./tools.ts";

type Stimulus = { readonly reset: boolean; readonly inputs: ReadonlyMap<string, bigint> };

function stimuli(module: ir.ModuleIr, cycles: number): Stimulus[] {
  const next = numbers(cycles);
  return Array.from({ length: cycles }, (_, cycle) => ({
    reset: cycle < 2 || next(50) === 0,
    inputs: new Map(module.inputs.map(({ name, width }) => [name, bitsBelow(width, next)])),
  }));
}

/** Prints the outputs in binary before every rising edge. */
function testbench(module: ir.ModuleIr, sequence: readonly Stimulus[]): string {
  const { inputs, outputs, name, clocked } = module;
  const ports = [...inputs, ...outputs].map((port) => `.${port.name}(${port.name})`);
  const clocks = clocked ? [".clock(clock)", ".reset(reset)"] : [];
  const formats = outputs.map(() => "%b").join(" ");
  return [
    "module testbench;",
    "reg clock = 0; reg reset = 0;",
    ...inputs.map((port) => `reg [${port.width - 1}:0] ${port.name};`),
    ...outputs.map((port) => `wire [${port.width - 1}:0] ${port.name};`),
    `${name} dut (${[...clocks, ...ports].join(", ")});`,
    "initial begin",
    ...sequence.map(({ reset, inputs: values }) => {
      const sets = inputs.map(
        (port) => `${port.name} = ${port.width}'h${values.get(port.name)!.toString(16)};`,
      );
      const shown = `$display("${formats}", ${outputs.map((port) => port.name).join(", ")});`;
      return `reset = ${Number(reset)}; ${sets.join(" ")} #1 ${shown} clock = 1; #1 clock = 0;`;
    }),
    "end",
    "endmodule",
  ].join("\n");
}

/** Unknown bits of the Verilog match anything; the share of known ones is returned. */
function compare(module: ir.ModuleIr, cycles: number): number {
  needs("iverilog");
  const sequence = stimuli(module, cycles);
  const { files } = emitDesign(module);
  const lines = simulate([...files, { name: "testbench.v", text: testbench(module, sequence) }]);
  const witness = new Interpreter(module);
  let known = 0;
  let all = 0;
  sequence.forEach(({ inputs, reset }, cycle) => {
    const expected = witness.outputs(inputs);
    const fields = lines[cycle]!.split(" ");
    module.outputs.forEach(({ name, width }, i) => {
      const bits = expected.get(name)!.toString(2).padStart(width, "0");
      const seen = fields[i]!;
      const masked = [...seen].map((bit, at) => (bit === "x" ? bit : bits[at])).join("");
      expect(`cycle ${cycle} ${name} ${seen}`).toBe(`cycle ${cycle} ${name} ${masked}`);
      all += width;
      known += [...seen].filter((bit) => bit !== "x").length;
    });
    witness.step(inputs, reset);
  });
  return known / all;
}

describe("the emitted Verilog computes what the IR says", () => {
  test.each(circuits)("$name", (module) => {
    expect(compare(module, 400)).toBeGreaterThan(0.95);
  });

  test.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
    "random operations, seed %i",
    (seed) => {
      expect(compare(randomModule(seed), 100)).toBe(1);
    },
  );
});
