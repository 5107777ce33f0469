import { readFileSync } from "node:fs";
import {
  assert,
  assume,
  bool,
  concat,
  cover,
  input,
  instance,
  module,
  named,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { asciiWave, CheckError, type InProcessEngine, rowsOfWave } from "../../sim/index.ts";

/** The line of this file that states the assertion. */
const rangeLine =
  readFileSync(new URL(import.meta.url), "utf8")
    .split("\n")
    .findIndex((text) => text.trim().startsWith("assert(next.lt(20)")) + 1;

const meter = module(
  {
    name: "meter",
    ports: { add: input(bool()), step: input(uint(4)), level: output(uint(8)) },
  },
  (io) => {
    const level = register("level_now", uint(8), { reset: 0 });
    const next = level.addWrap(io.step.extend(8));
    named({ next });
    when(io.add, () => {
      level.set(next);
      assert(next.lt(20), "in_range");
      cover(io.step.eq(3), "by_three");
    });
    assume(io.step.ne(15), "no_fifteen");
    io.level.set(level);
  },
);

const pair = module(
  {
    name: "pair",
    ports: { add: input(bool()), step: input(uint(4)), level: output(uint(8)) },
  },
  (io) => {
    const first = instance("first", meter, { add: io.add, step: io.step });
    const second = instance("second", meter, { add: io.add.not(), step: io.step });
    cover(first.level.eq(second.level), "level_alike");
    io.level.set(first.level);
  },
);

/** What every engine that evaluates checks must do. */
export function contractOfChecks(engine: InProcessEngine): void {
  describe(`${engine.name} evaluates checks`, () => {
    const failureOf = (run: () => void): CheckError => {
      try {
        run();
      } catch (error) {
        if (error instanceof CheckError) return error;
        throw error;
      }
      throw new Error("no check failed");
    };

    test("a failing assertion is reported with cycle, instance, line and what its condition reads", () => {
      const dut = engine.open(pair);
      dut.in.add = true;
      dut.in.step = 3n;
      dut.step(6);
      const { failures, observation, message } = failureOf(() => dut.step());
      expect(observation).toBeUndefined();
      expect(failures).toHaveLength(1);
      expect(failures[0]).toMatchObject({
        kind: "assert",
        label: "in_range",
        instance: "first",
        cycle: 6,
        omitted: 0,
        location: `test/sim/contract-checks.ts:${rangeLine}`,
      });
      expect(message).toBe(
        `assert first.in_range fails in cycle 6 (test/sim/contract-checks.ts:${rangeLine})
cycle           0  1  2   3   4   5   6
first.add       ~~~~~~~~~~~~~~~~~~~~~~~
first.next      3  6  9  12  15  18  21
first.in_range  ~~~~~~~~~~~~~~~~~~~\\___`,
      );
      dut.close();
    });

    test("it fails in steps that hold, in batches and after a reset, each counted from the reset", () => {
      const dut = engine.open(meter);
      dut.in.add = true;
      dut.in.step = 3n;
      expect(failureOf(() => dut.step(100)).failures.map(({ cycle }) => cycle)).toEqual([6]);
      dut.reset();
      dut.step(2);
      const failed = failureOf(() =>
        dut.batch(
          { step: Uint8Array.of(0, 4, 4, 4, 4, 0), add: Uint8Array.of(1, 1, 1, 1, 1, 1) },
          6,
        ),
      );
      expect(failed.failures).toMatchObject([{ label: "in_range", cycle: 6 }]);
      expect([...failed.observation!.columns.level!]).toEqual([6, 6, 10, 14, 18, 22]);
      expect(dut.out.level).toBe(22n);
      const [wave] = failed.failures.map(({ wave }) => wave);
      expect([wave!.from, wave!.cycles]).toEqual([0, 7]);
      expect([...wave!.signals.find(({ name }) => name === "next")!.column]).toEqual([
        3, 6, 6, 10, 14, 18, 22,
      ]);
      dut.close();
    });

    test("a reset is not checked, state put in place is", () => {
      const dut = engine.open(meter);
      dut.in.add = true;
      dut.in.step = 9n;
      dut.poke("level_now", 200n);
      dut.reset();
      expect(dut.checks().map(({ count }) => count)).toEqual([0, 0, 0]);
      dut.poke("level_now", 200n);
      expect(failureOf(() => dut.step()).failures).toMatchObject([{ cycle: 0 }]);
      dut.close();
    });

    test("a broken assumption comes before what fails in the same cycle", () => {
      const dut = engine.open(meter);
      dut.in.add = true;
      dut.in.step = 15n;
      const { failures, message } = failureOf(() => dut.step(2));
      expect(failures.map(({ kind, cycle }) => [kind, cycle])).toEqual([
        ["assume", 0],
        ["assert", 1],
      ]);
      expect(message).toContain("assume no_fifteen is broken by the inputs in cycle 0");
      dut.close();
    });

    test("collected: every failing cycle counts, the first one has the wave, and covers count", () => {
      const dut = engine.open(pair, { checks: "collect" });
      dut.in.add = true;
      dut.in.step = 3n;
      dut.step(4);
      dut.step(4);
      dut.batch({ step: Uint8Array.of(3, 4, 3), add: Uint8Array.of(1, 1, 0) }, 3);
      const results = dut.checks();
      const seen = results.map(({ kind, instance, label, count, first }) => {
        const name = [instance, label].filter((part) => part !== "").join(".");
        return `${kind} ${name} ${count} ${first?.cycle}`;
      });
      expect(seen).toEqual([
        "cover level_alike 1 undefined",
        "assert first.in_range 4 6",
        "cover first.by_three 9 undefined",
        "assume first.no_fifteen 0 undefined",
        "assert second.in_range 0 undefined",
        "cover second.by_three 1 undefined",
        "assume second.no_fifteen 0 undefined",
      ]);
      const { wave } = results[1]!.first!;
      expect(asciiWave(rowsOfWave(wave), wave.from)).toContain("3  6  9  12  15  18  21");
      dut.close();
    });

    test("after a failure a wave shows no cycle that it has not seen, and earlier failures as such", () => {
      const dut = engine.open(meter);
      dut.in.add = true;
      dut.in.step = 1n;
      expect(failureOf(() => dut.step(30)).failures).toMatchObject([{ cycle: 19 }]);
      const [second] = failureOf(() => dut.step()).failures;
      expect([second!.wave.from, second!.wave.cycles]).toEqual([30, 1]);
      const [third] = failureOf(() => dut.step()).failures;
      expect([third!.wave.from, third!.wave.cycles]).toEqual([30, 2]);
      expect([...third!.wave.signals.at(-1)!.column]).toEqual([0, 0]);
      dut.close();
    });

    test("what evaluates the checks is no state of the design", () => {
      const dut = engine.open(meter);
      expect([...dut.save().keys()]).toEqual(["level_now"]);
      dut.randomize(1);
      expect(dut.checks().every(({ count }) => count === 0)).toBe(true);
      expect(() => dut.peek("check 0 count")).toThrow("no signal");
      dut.close();
      expect(() => dut.checks()).toThrow("is closed");
    });

    test("a module without a clock is checked at every step", () => {
      const gate = module(
        { name: "gate", ports: { a: input(bool()), y: output(bool()) } },
        (io) => {
          assert(io.a, "high");
          io.y.set(io.a);
        },
      );
      const nine = module(
        { name: "nine", ports: { a: input(uint(9)), y: output(uint(9)) } },
        (io) => {
          const bits = Array.from({ length: 9 }, (_, i) => io.a.bit(i));
          const gates = bits.map((a, i) => instance(`g${i}`, gate, { a }).y);
          io.y.set(concat(gates.reverse()));
        },
      );
      const dut = engine.open(nine);
      dut.in.a = 0b1_1111_1110n;
      expect(dut.out.y).toBe(0b1_1111_1110n);
      expect(failureOf(() => dut.step()).failures).toMatchObject([{ instance: "g0", cycle: 0 }]);
      dut.close();
    });

    test("another mode of checks is refused", () => {
      expect(() => engine.open(meter, { checks: "warn" as never })).toThrow(
        'checks is "throw" or "collect", not the string "warn"',
      );
    });
  });
}
