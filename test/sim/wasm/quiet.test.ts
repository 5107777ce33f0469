import {
  type Bool,
  input,
  memory,
  module,
  mux,
  output,
  register,
  type UInt,
  uint,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { flatten } from "../../../sim/flatten.ts";
import { engines } from "../../../sim/index.ts";
import { quietBlocks } from "../../../sim/wasm/quiet/blocks.ts";
import { Body } from "../random/body.ts";
import { convert, fold } from "../random/combine.ts";
import { apply, operationCount, resize } from "../random/operations.ts";
import { stimulusOf } from "../random/stimulus.ts";

const step = fc.record({
  operation: fc.nat(operationCount - 1),
  side: fc.constant(0),
  a: fc.nat(1000),
  b: fc.nat(1000),
  c: fc.nat(1000),
  n: fc.nat(1000),
  /** What becomes of the value: a register that follows it, one that holds it, a word of a memory, or nothing more. */
  into: fc.constantFrom(
    ...new Array<"nothing">(8).fill("nothing"),
    "pipeline",
    "held",
    "memory",
    "sum",
  ),
});

const shape = fc.record({
  widths: fc.array(fc.constantFrom(1, 7, 32, 63, 64, 65, 100, 200), { minLength: 1, maxLength: 4 }),
  steps: fc.array(step, { minLength: 60, maxLength: 160 }),
  watched: fc.boolean(),
  seed: fc.integer(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Registers that are seldom written, much that is computed of them, and some that an input is part of. */
const circuitOf = ({ widths, steps }: Shape) =>
  module(
    {
      name: "seldom",
      ports: {
        x: input(uint(200)),
        go: input(uint(6), "0 writes a register"),
        which: input(uint(2)),
        y: output(uint(64)),
        z: output(uint(200)),
      },
    },
    (io) => {
      const body = new Body(260, false);
      const writes = (place: number): Bool => io.go.eq(0).and(io.which.eq(place % 4));
      widths.forEach((width, i) => {
        const held = register(`held_${i}`, uint(width), { reset: i % 2 });
        held.set(mux<UInt>(writes(i), resize(io.x, width), held));
        body.add(held, 0);
      });
      const bounds = { value: 260, factor: 64, distance: 260 };
      steps.forEach((one, i) => {
        const operands = [one.a, one.b, one.c].map((n) => body.find(0, n));
        const before = body.values.length;
        body.compute(
          apply(
            one,
            operands.map(({ signal }) => signal),
            bounds,
          ),
          operands,
        );
        const made = body.values[before];
        if (!made || one.into === "nothing") return;
        body.use(made);
        const { width } = made.signal;
        if (one.into === "memory") {
          const words = memory(`words_${i}`, { depth: 4, type: uint(width) });
          words.write(io.which, made.signal, writes(one.n));
          body.add(words.read(`word_${i}`, io.x.bits(1, 0), writes(one.n + 1)), 0);
          return;
        }
        const state = register(`state_${i}`, uint(width), { reset: one.n % 2 });
        const next = {
          pipeline: made.signal,
          held: mux<UInt>(writes(one.n), made.signal, state),
          sum: mux<UInt>(writes(one.n), state.addWrap(made.signal), state),
        }[one.into];
        state.set(next);
        body.add(state, 0);
      });
      const all = convert(fold(body.unread(0)), uint(200)) as UInt;
      io.z.set(all);
      io.y.set(mux<UInt>(io.which.bit(0), resize(all, 64), resize(io.x, 64)));
    },
  );

const circuits = {
  numRuns: Number(process.env.QUIET_CIRCUITS ?? 40),
  // Shrinking ends with the smallest failure that it has found.
  interruptAfterTimeLimit: 60_000,
  markInterruptAsFailure: true,
};

test("what is not computed again while its state stays is as if it were", () => {
  let withBlocks = 0;
  fc.assert(
    fc.property(shape, (one) => {
      const circuit = circuitOf(one);
      if (quietBlocks(flatten(circuit, { watch: [] })).length > 0) withBlocks += 1;
      const watch = one.watched ? ["held_0"] : [];
      const [fast, plain] = [engines.wasm, engines.interpreter].map((engine) =>
        engine.open(circuit, { watch }),
      );
      const both = [fast!, plain!];
      const stimulus = stimulusOf(circuit, one.seed, 200);
      const same = (): void => {
        expect(fast!.save()).toEqual(plain!.save());
        expect(fast!.out).toEqual(plain!.out);
      };
      // Registers with a reset to 0 are as memory is at first.
      if (one.seed % 2 === 0) for (const dut of both) dut.randomize(one.seed);
      expect(fast!.batch(stimulus, 200)).toEqual(plain!.batch(stimulus, 200));
      const early = plain!.save();
      for (let cycle = 0; cycle < 60; cycle++) {
        for (const dut of both) {
          // State that comes from elsewhere than from the last cycle.
          if (cycle === 10) dut.reset();
          if (cycle === 20) dut.poke("held_0", 1n);
          if (cycle === 30 || cycle === 33) dut.restore(early);
          if (cycle === 40) dut.randomize(one.seed + 1);
          // Outputs are seen of a state that no edge starts from.
          if (cycle > 50 && cycle % 2 === 0) {
            const before = dut.save();
            dut.randomize(one.seed + cycle);
            expect(dut.out.z).toBeTypeOf("bigint");
            dut.restore(before);
          }
          dut.in.x = BigInt(stimulus.x![cycle]!);
          dut.in.go = BigInt(stimulus.go![cycle]!);
          dut.in.which = BigInt(stimulus.which![cycle]!);
          dut.step(1 + (cycle % 3));
        }
        // Outputs are looked at in some cycles only.
        if (cycle % 4 < 2) same();
        if (cycle === 50) expect(fast!.batch(stimulus, 20)).toEqual(plain!.batch(stimulus, 20));
      }
      same();
    }),
    circuits,
  );
  expect(withBlocks).toBeGreaterThan(circuits.numRuns / 4);
});
