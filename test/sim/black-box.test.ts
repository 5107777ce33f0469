import {
  type BlackBoxOptions,
  blackBox,
  bool,
  input,
  instance,
  module,
  mux,
  output,
  register,
  uint,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { equivalence, prove } from "../../formal/index.ts";
import { engines } from "../../sim/index.ts";
import { synthesize, synthesizeFpga, verilogOf } from "../../src/cost/index.ts";
import { needs } from "../support/native.ts";

/** A counter by a step: a circuit of ours, and Verilog with a parameter and names of its own. */
const ports = { en: input(bool()), Q: output(uint(8)), ODD: output(bool()) };
const counter = (by: number) =>
  module({ name: "model_of_counter", ports }, (io) => {
    const count = register("count", uint(8), { reset: 7 });
    count.set(mux(io.en, count.addWrap(by), count));
    io.Q.set(count);
    io.ODD.set(count.bit(0).xor(io.en));
  });
const verilog = (step: string) => `module COUNTER #(parameter integer BY = 1) (
  input wire clk, input wire rst_n, input wire en, output reg [7:0] Q, output wire ODD
);
  /* A block // that ends here: */ initial if (0) $display("http://%0d", BY);
  assign ODD = Q[0] ^ en;
  always @(posedge clk)
    if (!rst_n) Q <= 8'd7;
    else if (en) Q <= Q + ${step};
endmodule
`;
const box = (by: number, options: Partial<BlackBoxOptions<typeof ports>>) =>
  blackBox({
    name: "COUNTER",
    ports,
    parameters: { BY: by },
    clock: "clk",
    reset: { port: "rst_n", active: "low" },
    ...options,
  });
/** Two of them with other parameters, the second counts where the first is odd. */
const two = (options: (by: number) => Partial<BlackBoxOptions<typeof ports>>) =>
  module(
    { name: "two", ports: { en: input(bool()), a: output(uint(8)), b: output(uint(8)) } },
    (io) => {
      const first = instance("first", box(3, options(3)), { en: io.en });
      const second = instance("second", box(5, options(5)), { en: first.ODD });
      io.a.set(first.Q);
      io.b.set(second.Q);
    },
  );
const modelled = two((by) => ({ model: counter(by) }));
const given = two((by) => ({ model: counter(by), verilog: verilog("BY") }));
const unknown = two(() => ({}));
const enables = Uint8Array.from({ length: 40 }, (_, i) => Number(i % 3 !== 0));

describe.each(Object.values(engines))("$name", (engine) => {
  test.each([
    ["the model", modelled],
    ["a model and Verilog", given],
  ])("runs black boxes with %s", (_, top) => {
    if (engine.name === "icarus") needs("iverilog");
    const simulation = engine.open(top);
    const { a, b } = simulation.batch({ en: enables }, enables.length);
    simulation.close();
    let [first, second] = [7, 7];
    for (const [cycle, en] of enables.entries()) {
      expect([a?.[cycle], b?.[cycle]]).toEqual([first, second]);
      const odd = (first & 1) ^ en;
      if (en) first = (first + 3) & 255;
      if (odd) second = (second + 5) & 255;
    }
  });

  test("refuses one of which nobody knows what it does", () => {
    if (engine.name === "icarus") needs("iverilog");
    expect(() => engine.open(unknown)).toThrow(/^the black box `COUNTER` has (no|neither)/);
  });
});

test("what has Verilog alone runs where Verilog does", () => {
  const top = two(() => ({ verilog: verilog("BY") }));
  expect(() => engines.wasm.open(top)).toThrow("has no model, so nothing in this process can run");
  const simulation = engines.verilator.open(top);
  simulation.in.en = true;
  simulation.step(2);
  expect(simulation.out.a).toBe(13n);
  simulation.close();
});

test("a proof reads the Verilog where there is some, and the model otherwise", async () => {
  const plain = two((by) => ({ model: counter(by) }));
  const wrong = two((by) => ({ model: counter(by), verilog: verilog("BY + (Q == 8'd10)") }));
  expect(await prove(equivalence(plain, given))).toMatchObject({ verdict: "proved" });
  expect(await prove(equivalence(given, given))).toMatchObject({ verdict: "proved" });
  expect(await prove(equivalence(plain, wrong))).toMatchObject({ verdict: "disproved" });
  expect(await prove(equivalence(plain, unknown))).toMatchObject({
    verdict: "unknown",
    reason: expect.stringContaining("has neither Verilog nor a model"),
  });
});

test("synthesis takes the Verilog that is given; what has none cannot be measured in cells", async () => {
  const { cells } = await synthesize(verilogOf(given));
  expect(cells).toMatchObject({ DFF_X1: 16 });
  await expect(synthesize(verilogOf(modelled))).rejects.toThrow(
    "the black box COUNTER has no Verilog, so its area and its delays are not known",
  );
});

test("a cell of an FPGA is one of its flow", async () => {
  const factors = { A: input(uint(16)), B: input(uint(16)), O: output(uint(32)) };
  const multiplier = blackBox({
    name: "SB_MAC16",
    ports: factors,
    parameters: { TOPOUTPUT_SELECT: 3, BOTOUTPUT_SELECT: 3 },
  });
  const square = module(
    { name: "square", ports: { x: input(uint(16)), y: output(uint(32)) } },
    (io) => io.y.set(instance("dsp", multiplier, { A: io.x, B: io.x }).O),
  );
  await expect(synthesizeFpga(verilogOf(square), "ecp5")).rejects.toThrow("SB_MAC16");
  expect(await synthesizeFpga(verilogOf(square), "ice40")).toMatchObject({ dsps: 1 });
});
