import type { Module } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mac } from "../../../../hdl/mac.ts";
import { systolic } from "../../../../hdl/systolic/systolic.ts";
import { engines } from "../../../../sim/index.ts";
import { measured } from "../../../../sim/wasm/workers/backend.ts";
import { alwaysTwo, type Choice, measuredChoice } from "../../../../sim/wasm/workers/choice.ts";
import { stimulusOf } from "../../random/stimulus.ts";
import { engineWith } from "./engines.ts";

/** A machine on which a cycle takes so many milliseconds. */
interface Machine {
  readonly one: number;
  readonly two: number;
  /** Milliseconds that opening took, that getting ready for two threads takes, and then each change. */
  readonly made: number;
  readonly ready: number;
  readonly change: number;
}

/** Milliseconds for batches of so many cycles, and for those cycles on one thread. */
function timeOf(machine: Machine, batches: readonly number[]): { took: number; alone: number } {
  const choice = measuredChoice(machine.made);
  let took = 0;
  let inTwo = false;
  let isReady = false;
  for (const cycles of batches) {
    for (let left = cycles; left > 0; ) {
      const piece = choice.next(left, inTwo);
      if (piece.two && !inTwo) {
        took += isReady ? machine.change : machine.ready;
        isReady = true;
        choice.changes(machine.change);
      } else if (!piece.two && inTwo) took += machine.change;
      inTwo = piece.two;
      const milliseconds = piece.cycles * (inTwo ? machine.two : machine.one);
      choice.took(piece, milliseconds);
      took += milliseconds;
      left -= piece.cycles;
    }
  }
  return { took, alone: batches.reduce((sum, cycles) => sum + cycles, 0) * machine.one };
}

const machines = (two: fc.Arbitrary<number>): fc.Arbitrary<Machine> =>
  fc
    .record({
      one: fc.double({ min: 1e-4, max: 1, noNaN: true }),
      made: fc.integer({ min: 1, max: 1000 }),
      slower: two,
    })
    .map(({ one, made, slower }) => ({
      one,
      made,
      two: one * slower,
      ready: 100 + 2 * made,
      change: 1 + made / 20,
    }));
const batches = fc.array(fc.integer({ min: 1, max: 2 ** 20 }), { minLength: 1, maxLength: 60 });

test("where two threads are slower, at most a fifth is lost, and of a long run a twentieth", () => {
  const slower = machines(fc.double({ min: 1, max: 2, noNaN: true }));
  fc.assert(
    fc.property(slower, batches, (machine, batches) => {
      const { took, alone } = timeOf(machine, batches);
      expect(took).toBeLessThanOrEqual(1.2 * alone + 1);
      if (alone > 100 * machine.ready) expect(took).toBeLessThanOrEqual(1.05 * alone);
    }),
    { numRuns: 500 },
  );
});

test("where two threads are faster, long runs are", () => {
  const faster = machines(fc.double({ min: 0.5, max: 0.6, noNaN: true }));
  fc.assert(
    fc.property(faster, batches, (machine, batches) => {
      const { took, alone } = timeOf(machine, batches);
      expect(took).toBeLessThanOrEqual(1.1 * alone + 1);
      const longest = Math.max(...batches) * machine.one;
      if (longest > 100 * machine.ready && longest > 0.9 * alone)
        expect(alone / took).toBeGreaterThan(1.5);
    }),
    { numRuns: 500 },
  );
});

/** How the pieces of batches were computed. */
function chosen(choice: Choice): { readonly choice: Choice; readonly twos: boolean[] } {
  const twos: boolean[] = [];
  const took: Choice["took"] = ({ two }) => twos.push(two);
  return { choice: { ...choice, took }, twos };
}

test.each([mac({}) as Module, systolic({ rows: 8, columns: 8 }) as Module])(
  "a small design stays on one thread, $name",
  (module) => {
    const { choice, twos } = chosen(alwaysTwo);
    const engine = engineWith((made) => ({ ...measured(made), choice }));
    const stimulus = stimulusOf(module, 1, 500);
    const found = engine.open(module).batch(stimulus, 500);
    expect(twos).toEqual([false]);
    expect(found).toEqual(engines.wasm.open(module).batch(stimulus, 500));
  },
);

test("a large one goes over to two, and single steps come back to one", () => {
  const { choice, twos } = chosen(alwaysTwo);
  const array = systolic({ rows: 16, columns: 16 });
  const dut = engineWith((made) => ({ ...measured(made), choice })).open(array);
  const alone = engines.wasm.open(array);
  for (const seed of [1, 2]) {
    const stimulus = stimulusOf(array, seed, 500);
    expect(dut.batch(stimulus, 500)).toEqual(alone.batch(stimulus, 500));
    dut.step(seed);
    alone.step(seed);
    expect(dut.out.sum[3]).toBe(alone.out.sum[3]);
  }
  expect(twos).toEqual([true, true]);
  dut.close();
});
