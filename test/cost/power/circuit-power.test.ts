import { bool, input, instance, module, output, register, sint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { product } from "../../../hdl/product/product.ts";
import { blockPower } from "../../../src/cost/power/block-power.ts";
import { circuitPower } from "../../../src/cost/power/circuit-power.ts";
import { activationsOf, randomProducts } from "../../../src/cost/power/operands.ts";
import { streamOf } from "../../../src/cost/power/stream.ts";

const single = (columns: Record<string, number[]>) => {
  const cycles = Object.values(columns)[0]!.length;
  return { columns, cycles, starts: Array.from({ length: cycles }, (_, at) => at), macs: cycles };
};

test("an inverter with four inputs of another on its output, by hand", async () => {
  const inverter = module(
    { name: "inverter", ports: { a: input(bool(), "in"), y: output(bool(), "out") } },
    (io) => io.y.set(io.a.not()),
  );
  // In femtojoules: ½ · 0.81 V² · (4 fF on the net; 1 fF of its own), every cycle.
  const { power } = await circuitPower(inverter, single({ a: [0, 1] }), 500);
  expect(power.switching_pj).toBeCloseTo(1.62e-3, 9);
  expect(power.internal_pj).toBeCloseTo(0.405e-3, 9);
  expect(power.pj_per_mac).toBeCloseTo(2.025e-3, 9);
  expect([power.annotated, power.clock_pj, power.leakage_pj]).toEqual([1, 0, 0]);
  // The input pin, which another circuit charges.
  expect(power.outside.input_nets_pj).toBeCloseTo(0.405e-3, 9);
  const still = await circuitPower(inverter, single({ a: [1, 1, 1] }), 500);
  expect(still.power.pj_per_mac).toBe(0);
});

test("an XOR gate, by hand", async () => {
  const xor = module(
    {
      name: "xor_gate",
      ports: { a: input(bool(), "in"), b: input(bool(), "in"), y: output(bool(), "out") },
    },
    (io) => io.y.set(io.a.xor(io.b)),
  );
  // Its NOR follows a while b is 0: parasitic 2 and a load of 5/3; the output's parasitic is 7/3.
  const low = await circuitPower(xor, single({ a: [0, 1], b: [0, 0] }), 500);
  expect(low.power.internal_pj).toBeCloseTo((0.81e-3 / 2) * (2 + 5 / 3 + 7 / 3), 9);
  const high = await circuitPower(xor, single({ a: [0, 1], b: [1, 1] }), 500);
  expect(high.power.internal_pj).toBeCloseTo((0.81e-3 / 2) * (7 / 3), 9);
  expect(high.power.switching_pj).toBeCloseTo(1.62e-3, 9);
});

test("a flip-flop, by hand", async () => {
  const flipFlop = module(
    { name: "flip_flop", ports: { d: input(bool(), "in"), q: output(bool(), "out") } },
    (io) => {
      const state = register("state", bool());
      state.set(io.d);
      io.q.set(state);
    },
  );
  const stream = { ...single({ d: [0, 1, 1, 0] }), starts: [0] };
  const { power } = await circuitPower(
    flipFlop,
    { ...stream, columns: { ...stream.columns, reset: [0, 0, 0, 0] } },
    500,
  );
  // The clock goes up and down in every cycle; data and output change in two of four.
  expect(power.clock_pj).toBeCloseTo(0.81e-3 * 10, 9);
  expect(power.internal_pj).toBeCloseTo((0.81e-3 / 2) * (10 + 9) * 0.5, 9);
  expect(power.switching_pj).toBeCloseTo((0.81e-3 / 2) * 4 * 0.5, 9);
  expect(power.outside.clock_net_pj).toBeCloseTo(0.81e-3, 9);
});

test("blocks, by hand: an inverter and an XOR gate, each a module", async () => {
  const inverter = module(
    { name: "inverter", ports: { a: input(bool(), "in"), y: output(bool(), "out") } },
    (io) => io.y.set(io.a.not()),
  );
  const xor = module(
    {
      name: "xor_gate",
      ports: { a: input(bool(), "in"), b: input(bool(), "in"), y: output(bool(), "out") },
    },
    (io) => io.y.set(io.a.xor(io.b)),
  );
  const pair = module(
    { name: "pair", ports: { a: input(bool(), "in"), y: output(bool(), "out") } },
    (io) => {
      const { y } = instance("first", inverter, { a: io.a });
      io.y.set(instance("second", xor, { a: io.a, b: y }).y);
    },
  );
  const { blocks, pj_per_mac } = await blockPower(pair, single({ a: [0, 1] }), 500);
  const of = (name: string) => blocks.find(({ block }) => block === name)!;
  expect(blocks.map(({ block, circuit, cells }) => [block, circuit, cells])).toEqual(
    expect.arrayContaining([
      ["pair.first", "inverter", 1],
      ["pair.second", "xor_gate", 1],
    ]),
  );
  // The inverter drives an input of the AND-OR-INVERT gate, 2, and one of the NOR before it, 5/3.
  expect(of("pair.first").switching_pj).toBeCloseTo((0.81e-3 / 2) * (2 + 5 / 3), 9);
  expect(of("pair.first").internal_pj).toBeCloseTo(0.81e-3 / 2, 9);
  // a XOR NOT a is always 1.
  expect(of("pair.second").switching_pj).toBe(0);
  expect(of("pair.first").pj_per_mac + of("pair.second").pj_per_mac).toBeCloseTo(pj_per_mac, 12);
});

test("the energy of a change does not depend on the clock, and the same run gives the same figures", async () => {
  const products = randomProducts("rf8", sint(8), 2000, 1);
  const unit = mac({ pipeline: 1 });
  const [fast, slow] = await Promise.all(
    [1000, 100].map((clock) => circuitPower(unit, streamOf(unit, products), clock)),
  );
  expect(slow!.power.pj_per_mac).toBe(fast!.power.pj_per_mac);
  expect(fast!.power.macs).toBe(2000);
  // The same again: nothing is drawn anew.
  expect((await circuitPower(unit, streamOf(unit, products), 1000)).power).toEqual(fast!.power);
});

test("uniform operands are the format's numbers and all activations", () => {
  const [first] = randomProducts("e4m3", sint(8), 256, 7);
  expect([...first!.codes].some((code) => (code & 0x7f) === 0x7f)).toBe(false);
  const drawn = activationsOf(sint(4), 3)(1000);
  expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([-8, 7]);
  expect(() => streamOf(product(), [first!])).not.toThrow();
});
