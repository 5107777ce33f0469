import {
  bool,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  register,
  type UInt,
  uint,
  vec,
  when,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { stimulusOf } from "../random/stimulus.ts";

const shape = fc.record({
  count: fc.integer({ min: 16, max: 40 }),
  width: fc.integer({ min: 1, max: 60 }),
  taps: fc.integer({ min: 1, max: 5 }),
  reset: fc.boolean(),
  chained: fc.boolean(),
  stored: fc.boolean(),
  seed: fc.integer(),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Registers and expressions that are equal but for what they read, some of them read by one another. */
const circuitOf = ({ count, width, taps, reset, chained, stored }: Shape) =>
  module(
    {
      name: "equal_cells",
      ports: {
        enable: input(bool()),
        x: vec(count, input(uint(width))),
        y: vec(count, output(uint(width))),
        sum: output(uint(width)),
        word: output(uint(width)),
      },
    },
    (io) => {
      const held = [...io.x].map((x, i) => {
        const one = register(`held_${i}`, uint(width), reset ? { reset: 1 } : {});
        when(io.enable, () => one.set(x.xor(one)));
        return one as UInt;
      });
      const at = (i: number): UInt => held[i % count]!;
      const mixed = held.map((one, i) => {
        let value: UInt = one;
        for (let tap = 1; tap <= taps; tap++) {
          const other = at(i * (taps + 1) + tap);
          value = tap % 2 === 0 ? value.addWrap(other) : mux(value.bit(0), other, value.not());
        }
        return value;
      });
      const later = mixed.map((value, i) => {
        const one = register(`later_${i}`, uint(width), { reset: 0 });
        one.set(chained && i > 0 ? value.subWrap(mixed[i - 1]!) : value.xor(i & 1));
        return one as UInt;
      });
      for (const [i, one] of later.entries()) io.y[i]!.set(one.xor(mixed[i]!));
      const total = later.reduce((a, b) => a.addWrap(b));
      io.sum.set(total);
      if (!stored) {
        io.word.set(total.not());
        return;
      }
      const words = memory("words", { depth: 4, type: uint(width) });
      const address = literal(uint(2), 0);
      words.write(address, at(3), io.enable);
      io.word.set(words.read("read", address, io.enable));
    },
  );

const circuits = { numRuns: Number(process.env.EQUAL_CIRCUITS ?? 40) };

test("equal cells and registers without a module around them are loops, and what the interpreter computes", () => {
  let groups = 0;
  fc.assert(
    fc.property(shape, (one) => {
      const circuit = circuitOf(one);
      groups += planGroups(circuit, []).groups.length;
      const watch = ["held_3", "later_15"];
      const [fast, plain] = [engines.wasm, engines.interpreter].map((engine) =>
        engine.open(circuit, { watch }),
      );
      for (const dut of [fast!, plain!]) dut.randomize(one.seed);
      expect(fast!.save()).toEqual(plain!.save());
      const stimulus = stimulusOf(circuit, one.seed, 12);
      expect(fast!.batch(stimulus, 12)).toEqual(plain!.batch(stimulus, 12));
      expect(fast!.save()).toEqual(plain!.save());
      for (const dut of [fast!, plain!]) dut.reset();
      fast!.poke("later_15", 1n);
      plain!.poke("later_15", 1n);
      expect(fast!.batch(stimulus, 3)).toEqual(plain!.batch(stimulus, 3));
      expect(fast!.save()).toEqual(plain!.save());
    }),
    circuits,
  );
  expect(groups).toBeGreaterThan(circuits.numRuns);
});

test("a long chain of equal cells is no loop, and takes no deep stack", () => {
  const chain = module(
    { name: "chain", ports: { x: input(uint(8)), y: output(uint(8)) } },
    (io) => {
      let y: UInt = io.x;
      for (let i = 0; i < 20_000; i++) y = y.addWrap(io.x).xor(y);
      io.y.set(y);
    },
  );
  expect(planGroups(chain, []).groups).toEqual([]);
});
