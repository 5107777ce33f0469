import {
  bool,
  input,
  instance,
  memory,
  module,
  mux,
  output,
  register,
  registered,
  sint,
  type UInt,
  uint,
  unused,
  vec,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { engines, wasmListing, wasmProfile } from "../../../sim/index.ts";
import { stimulusOf } from "../random/stimulus.ts";

/** What the lane of a row and a column is: a held weight times an activation that all rows share. */
const product = module(
  { name: "lane", ports: { w: input(uint(8)), x: input(sint(16)), y: output(sint(25)) } },
  ({ w, x, y }) => y.set(w.extend(9).asSInt().mul(x)),
);

/** Rows of lanes, each with a tree of sums: what the lanes of one column read is shared, and bytes change their order. */
const rowsOfLanes = (rows: number, lanes: number, hold: boolean) =>
  module(
    {
      name: "rows_of_lanes",
      ports: {
        load: input(bool()),
        weight: vec(rows, () => vec(lanes, () => input(uint(8)))),
        x: input(uint(16 * lanes)),
        sum: vec(rows, () => output(sint(40))),
      },
    },
    ({ load, weight, x, sum }) => {
      if (!hold) unused(load);
      const word = hold ? registered("word", x) : x;
      const activations = Array.from({ length: lanes }, (_, l) =>
        word.bits(16 * l + 15, 16 * l).asSInt(),
      );
      [...weight].forEach((own, r) => {
        const products = activations.map(
          (activation, l) =>
            instance(`lane_${r}_${l}`, product, {
              w: hold ? registered(`w_${r}_${l}`, own.at(l), load) : own.at(l),
              x: activation,
            }).y,
        );
        const total = products.map((one) => one.extend(40)).reduce((a, b) => a.addWrap(b));
        const held = register(`total_${r}`, sint(40), { reset: 0 });
        held.set(held.addWrap(total));
        sum.at(r).set(held);
      });
    },
  );

describe("rows of lanes are what the interpreter computes", () => {
  test.each([
    [16, 16, true],
    [16, 17, true],
    [17, 16, true],
    [32, 16, false],
    [48, 20, true],
    [8, 3, false],
  ])("%i rows of %i lanes, held %s", (rows, lanes, hold) => {
    const circuit = rowsOfLanes(rows, lanes, hold);
    const stimulus = stimulusOf(circuit, rows + lanes, 20);
    const [found, wanted] = [engines.wasm, engines.interpreter].map((engine) =>
      engine.open(circuit).batch(stimulus, 20),
    );
    expect(found).toEqual(wanted);
  });
});

test("bytes that change their order go through vectors, and what a column shares is read once for it", () => {
  const text = wasmListing(rowsOfLanes(32, 16, true));
  expect(text).toContain("call $transpose");
  const loop = text.split("(func ").find((one) => one.startsWith("$evaluate_lane"));
  expect(loop).toContain("v128.load16_splat");
});

/** A long computation that a mode leaves out, in so many instances, beside a memory that is seldom written. */
const modes = (instances: number) => {
  const slow = module(
    {
      name: "slow",
      ports: { mode: input(bool()), x: input(uint(16)), y: output(uint(16)) },
    },
    ({ mode, x, y }) => {
      const state = register("state", uint(16), { reset: 1 });
      let long = x.xor(state);
      for (let i = 0; i < 20; i++) long = long.addWrap(long.bits(14, 0).extend(16)).xor(x);
      let other: UInt = state;
      for (let i = 0; i < 20; i++) other = other.xor(other.bits(15, 1).extend(16)).addWrap(x);
      when(mode, () => state.set(mux(x.bit(0), long, other)));
      y.set(mux(mode, long, state));
    },
  );
  return module(
    {
      name: "modes",
      ports: {
        mode: input(bool()),
        x: vec(instances, () => input(uint(16))),
        y: vec(instances, () => output(uint(16))),
      },
    },
    ({ mode, x, y }) => y.set(x.map((one, i) => instance(`s${i}`, slow, { mode, x: one }).y)),
  );
};

test.each([1, 3, 40])("what a mode leaves out is computed when it is wanted: %i instances", (n) => {
  const circuit = modes(n);
  expect(wasmListing(circuit)).toMatch(/\bif\b/);
  const stimulus = stimulusOf(circuit, n, 64);
  const [found, wanted] = [engines.wasm, engines.interpreter].map((engine) =>
    engine.open(circuit).batch(stimulus, 64),
  );
  expect(found).toEqual(wanted);
});

test("a value that a whole block takes is spread in vectors", () => {
  const { rows } = wasmProfile(rowsOfLanes(16, 16, false));
  const copies = rows.filter(({ source }) => source.startsWith("copies to"));
  expect(copies.reduce((sum, { stores }) => sum + stores, 0)).toBeLessThan(16);
});

test("a word is written whose enable is known later than its data, through a chain of loops", () => {
  const step = module(
    { name: "later", ports: { x: input(uint(8)), y: output(uint(8)) } },
    ({ x, y }) => y.set(x.addWrap(1)),
  );
  const circuit = module(
    {
      name: "late_enable",
      ports: { x: vec(16, () => input(uint(8))), y: output(uint(8)) },
    },
    ({ x, y }) => {
      const outs = x.map((one, i) => instance(`l${i}`, step, { x: one }).y);
      let data: UInt = x.at(0);
      for (let i = 1; i < 30; i++) data = data.addWrap(x.at(i % 16)).xor(x.at((i + 3) % 16));
      const words = memory("words", { depth: 4, type: uint(8) });
      words.write(x.at(1).bits(1, 0), data, outs.at(2).bit(0));
      y.set(words.read("word", x.at(3).bits(1, 0)));
    },
  );
  const stimulus = stimulusOf(circuit, 5, 64);
  const [found, wanted] = [engines.wasm, engines.interpreter].map((engine) =>
    engine.open(circuit).batch(stimulus, 64),
  );
  expect(found).toEqual(wanted);
});
