import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Engine, engines, ProtocolError, type Work } from "../../sim/index.ts";
import { type MemoryKind, modelsOf, packed, passage } from "./burst-device.ts";

const open = (engine: Engine, kind: MemoryKind) =>
  engine.open(passage, { models: modelsOf(kind), watch: ["cycle"] });

type Dut = ReturnType<typeof open>;

const numbers = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (7 * i + 1) % 256);

/** What a run gives, or the error that it ends with, and what the memory holds. */
function outcome(dut: Dut, work: Work<ReturnType<typeof modelsOf>>) {
  try {
    const { cycles, models } = dut.run(work, 400);
    const { asks, beats, writes, memory } = models;
    return { cycles, asks, beats, writes, memory: memory.contents.slice() };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.message;
  }
}

const pattern = (maximum: number) =>
  fc.array(fc.nat(maximum), { maxLength: 7 }).map((list) => Uint32Array.from(list));

const cases = fc.record({
  kind: fc.record(
    {
      bytes: fc.nat(60),
      latency: fc.nat(9),
      interval: fc.constantFrom(1, 1.25, 1.5, 2, 3.7, 12),
      outstanding: fc.integer({ min: 1, max: 4 }),
      patience: fc.integer({ min: 5, max: 40 }),
    },
    { requiredKeys: ["bytes", "latency", "interval", "outstanding"] },
  ),
  asks: fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 5 })), { maxLength: 8 }),
  writes: fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 8 }),
  gaps: pattern(12),
  delays: pattern(6),
  stalls: pattern(7),
  /** Of 100 addresses so many are wherever they come, beyond the memory, too. */
  hostile: fc.constantFrom(0, 0, 0, 4),
});

/** The same models on two engines, for two runs one after the other: the second finds what the first left. */
function runsOf(engine: Engine, given: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const { kind, gaps, delays, stalls, hostile } = given;
  const within = (list: readonly (readonly [number, number])[]) =>
    list.map(([address, value]) => {
      const wild = address % 100 < hostile || kind.bytes === 0;
      return [wild ? address * 2 ** 28 : address % kind.bytes, value] as const;
    });
  const total = given.asks.reduce((sum, [, beats]) => sum + beats, 0);
  const work = {
    asks: { beats: packed(within(given.asks)), gaps },
    beats: { beats: total, delays },
    writes: { beats: packed(within(given.writes)), gaps: delays },
  };
  const dut = open(engine, kind);
  try {
    const first = outcome(dut, { ...work, memory: { contents: numbers(kind.bytes), stalls } });
    return [first, outcome(dut, work)];
  } finally {
    dut.close();
  }
}

/** What a memory of bursts means, as equal on every engine. */
export function contractOfBursts(engine: Engine, runs: number): void {
  describe(`${engine.name}: a memory that answers with bursts`, () => {
    test("every beat, cycle, byte and error is as the interpreter has it", () => {
      fc.assert(
        fc.property(cases, (given) => {
          expect(runsOf(engine, given)).toEqual(runsOf(engines.interpreter, given));
        }),
        { numRuns: runs },
      );
    });

    test("latency, interval and the requests under way, counted by hand", () => {
      const asks = packed([
        [5, 6],
        [91, 2],
        [0, 1],
      ]);
      const run = (kind: Partial<MemoryKind>, stalls = new Uint32Array()) => {
        const whole = { bytes: 100, latency: 3, interval: 1, outstanding: 2, ...kind };
        const dut = open(engine, whole);
        const memory = { contents: numbers(100), stalls };
        const { models } = dut.run({ asks: { beats: asks }, beats: { beats: 9 }, memory }, 100);
        dut.close();
        return [[...models.asks.transfers], [...models.beats.transfers]];
      };
      expect(run({})).toEqual([
        [0, 1, 9],
        [3, 4, 5, 6, 7, 8, 9, 10, 12],
      ]);
      expect(run({ latency: 0, outstanding: 1 })).toEqual([
        [0, 7, 10],
        [1, 2, 3, 4, 5, 6, 8, 9, 11],
      ]);
      // Beats are due 1.25 cycles apart from cycle 3 on: at 3, 4.25, 5.5, …; the last request comes later, and begins anew.
      expect(run({ interval: 1.25 })).toEqual([
        [0, 1, 11],
        [3, 5, 6, 7, 8, 10, 11, 12, 14],
      ]);
      expect(run({ interval: 4, outstanding: 4 })).toEqual([
        [0, 1, 2],
        [4, 8, 12, 16, 20, 24, 28, 32, 36],
      ]);
      // No beat in cycles 3, 7, …; no request in 0, 4, ….
      expect(run({}, Uint32Array.of(2, 0, 0, 1))).toEqual([
        [1, 2, 11],
        [4, 5, 6, 8, 9, 10, 12, 13, 14],
      ]);
    });

    test("a beat has the byte at its address lowest, and zeros beyond the memory; a byte that is stored stays", () => {
      const dut = open(engine, { bytes: 13, latency: 1, interval: 1, outstanding: 1 });
      const read = (address: number) => {
        const asks = { beats: packed([[address, 1]]) };
        return [...dut.run({ asks, beats: { beats: 1 } }, 50).models.beats.beats];
      };
      expect(read(0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      const writes = packed([
        [2, 77],
        [12, 255],
      ]);
      const { models } = dut.run(
        { writes: { beats: writes }, memory: { contents: Uint8Array.of(10, 11, 12, 13) } },
        50,
      );
      const after = [10, 11, 77, 13, 0, 0, 0, 0, 0, 0, 0, 0, 255];
      expect([...models.memory.contents]).toEqual(after);
      dut.batch({}, 5_000);
      dut.reset();
      expect(read(1)).toEqual([11, 77, 13, 0, 0, 0, 0, 0]);
      expect(read(6)).toEqual([0, 0, 0, 0, 0, 0, 255, 0]);
      expect(read(12)).toEqual([255, 0, 0, 0, 0, 0, 0, 0]);
      // Less than before: the rest is zeros.
      dut.run({ memory: { contents: new Uint8Array() } }, 5);
      expect(read(0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      dut.close();
    });

    test("what is beyond the memory is neither read nor written, and told by its place", () => {
      const kind = { bytes: 16, latency: 2, interval: 1, outstanding: 2, patience: 30 };
      const dut = open(engine, kind);
      const run = (work: Work<ReturnType<typeof modelsOf>>) => {
        dut.reset();
        return outcome(dut, { beats: { beats: 9 }, ...work });
      };
      dut.run({ memory: { contents: numbers(16) } }, 5);
      const asks = (address: number, beats: number) => ({
        asks: { beats: packed([[address, beats]]) },
      });
      const writes = (address: number) => ({ writes: { beats: packed([[address, 9]]) } });
      const beyond = (cycle: number, address: number) =>
        `memory of passage, cycle ${cycle}: byte ${address} is asked for; the memory has 16`;
      expect(run(asks(16, 1))).toBe(beyond(2, 16));
      expect(run(asks(15, 2))).toBe(beyond(3, 23));
      for (const far of [2 ** 31, 2 ** 32, 2 ** 32 + 3, 2 ** 40 - 8, 2 ** 40 - 1]) {
        expect(run(asks(far, 1))).toBe(beyond(2, far));
        expect(run(writes(far))).toBe(beyond(0, far));
      }
      expect(run(writes(16))).toBe(beyond(0, 16));
      expect(run(asks(3, 0))).toBe("memory of passage, cycle 0: a request asks for no beat");
      expect(run({ ...asks(3, 1), memory: { stalls: Uint32Array.of(1) } })).toBe(
        "memory of passage, cycle 30: the memory did not answer for 30 cycles",
      );
      expect(run({ ...writes(3), memory: { stalls: Uint32Array.of(4) } })).toBe(
        "memory of passage, cycle 29: the memory did not answer for 30 cycles",
      );
      expect(run({ ...asks(3, 1), memory: { stalls: Uint32Array.of(2) } })).toBe(
        "memory of passage, cycle 29: the memory did not answer for 30 cycles",
      );
      const { models } = dut.run({}, 5);
      expect([...models.memory.contents]).toEqual([...numbers(16)]);
      dut.close();
    });

    test("a run until a signal has a value ends in that cycle, before the clock edge", () => {
      const stop = { kind: "until", signal: "late", values: [1] } as const;
      const counted = { kind: "until", signal: "cycle", values: [9, 12, 70] } as const;
      const dut = engine.open(passage, { models: { stop } });
      expect([dut.run({}, 100).cycles, dut.out.now, dut.run({}, 100).cycles]).toEqual([40, 40n, 0]);
      dut.reset();
      expect(() => dut.run({}, 39)).toThrow(
        new ProtocolError("passage has not done its work after 39 cycles: stop at late = 0"),
      );
      dut.close();
      const inside = engine.open(passage, { models: { stop: counted }, watch: ["cycle"] });
      const stopped = () => {
        const { cycles, models } = inside.run({}, 100);
        inside.step();
        return [cycles, models.stop.value];
      };
      expect([stopped(), stopped(), stopped()]).toEqual([
        [9, 9],
        [2, 12],
        [57, 70],
      ]);
      inside.close();
    });
  });
}
