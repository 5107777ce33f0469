import { emitDesign } from "@chisel-ts/core";
import { lint } from "verilator-wasm";
import { expect, test } from "vitest";
import { talker } from "../../packages/chisel-ts/test/verilog/circuits.ts";
import { Interpreter } from "../../packages/chisel-ts/test/verilog/interpret.ts";
import { bitsBelow, numbers } from "../../packages/chisel-ts/test/verilog/random.ts";
import { needs } from "../support/native.ts";
import { simulate } from "./tools.ts";

test("Icarus prints with DISPLAY what the IR says, and nothing without it", () => {
  needs("iverilog");
  const next = numbers(5);
  const cycles = Array.from({ length: 60 }, (_, cycle) => ({
    reset: cycle < 2 || cycle === 30,
    inputs: new Map(talker.inputs.map(({ name, width }) => [name, bitsBelow(width, next)])),
  }));
  const witness = new Interpreter(talker);
  const wanted: string[] = [];
  for (const { reset, inputs } of cycles) {
    if (!reset) wanted.push(...witness.printed(inputs));
    witness.step(inputs, reset);
  }
  const bench = [
    "module testbench;",
    "reg clock = 0; reg reset = 0;",
    ...talker.inputs.map((port) => `reg [${port.width - 1}:0] ${port.name};`),
    `talker dut (.clock(clock), .reset(reset), ${talker.inputs.map(({ name }) => `.${name}(${name})`).join(", ")});`,
    "initial begin",
    ...cycles.map(({ reset, inputs }) => {
      const sets = [...inputs].map(([name, value]) => `${name} = 70'h${value.toString(16)};`);
      return `reset = ${Number(reset)}; ${sets.join(" ")} #1 clock = 1; #1 clock = 0;`;
    }),
    "end",
    "endmodule",
  ].join("\n");
  const [file] = emitDesign(talker).files;
  const run = (defined: string) =>
    simulate([
      { name: "talker.v", text: `${defined}${file!.text}` },
      { name: "testbench.v", text: bench },
    ]);
  expect(wanted.length).toBeGreaterThan(120);
  expect(run("`define DISPLAY\n")).toEqual(wanted);
  expect(run("")).toEqual([""]);
});

test("Verilator finds nothing to warn of where DISPLAY is defined", async () => {
  const [file] = emitDesign(talker).files;
  const { log } = await lint({ "talker.v": `\`define DISPLAY\n${file!.text}` }, { top: "talker" });
  expect(log).toBe("");
});
