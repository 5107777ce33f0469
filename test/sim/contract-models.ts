import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type Engine, engines, ProtocolError } from "../../sim/index.ts";
import { device, models } from "./models-device.ts";

const open = (engine: Engine) => engine.open(device, { models });

const pattern = fc
  .array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  .map((list) => Uint32Array.from(list));
const work = fc.record({
  numbers: fc.array(
    fc.tuple(fc.integer({ min: -2048, max: 2047 }), fc.bigInt({ min: 0n, max: 2n ** 70n - 1n })),
    { maxLength: 12 },
  ),
  gaps: pattern,
  delays: pattern,
  late: fc.boolean(),
  addend: fc.integer({ min: 0, max: 4095 }),
  words: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 1, maxLength: 12 }),
});

type Case = typeof work extends fc.Arbitrary<infer T> ? T : never;

/** A beat is the number in 2 bytes, the tag in 16 and the flag in one. */
function packed(numbers: Case["numbers"]): Uint8Array {
  const bytes = new Uint8Array(19 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach(([number, tag], beat) => {
    view.setInt16(19 * beat, number, true);
    view.setBigUint64(19 * beat + 2, BigInt.asUintN(64, tag), true);
    view.setBigUint64(19 * beat + 10, tag >> 64n, true);
    bytes[19 * beat + 18] = beat & 1;
  });
  return bytes;
}

function contentsOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * 32);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint16(4 * index, word, true);
    view.setUint16(4 * index + 2, index, true);
  });
  return bytes;
}

const runOf = ({ numbers, gaps, delays, late, addend, words }: Case) => ({
  from: {
    beats: packed(numbers),
    gaps,
    ...(late && { arrivals: Uint32Array.from(numbers, (_, beat) => 10 + 3 * beat) }),
  },
  to: { beats: numbers.length, delays },
  control: {
    steps: [
      { write: 0, data: addend },
      { write: 8, data: 0 },
      { write: 4, data: words.length },
      { read: 4 },
      { idle: 2 },
      { after: ["from", "to"] },
      { poll: 8, mask: 0xffff_ffff, equals: words.reduce((a, b) => a + b, 0) },
      { read: 0 },
    ],
  },
  memory: { contents: contentsOf(words) },
});

/** What models mean, as equal on every engine. */
export function contractOfModels(engine: Engine, runs: number): void {
  describe(`${engine.name}: models that drive ports`, () => {
    const opened = new Map<Engine, ReturnType<typeof open>>();
    const on = (which: Engine) => {
      const dut = opened.get(which) ?? open(which);
      opened.set(which, dut);
      dut.reset();
      return dut;
    };
    afterAll(() => {
      for (const dut of opened.values()) dut.close();
    });

    test("every beat, cycle, answer and word is as the interpreter has it, under random stalls", () => {
      fc.assert(
        fc.property(work, (one) => {
          const expected = on(engines.interpreter).run(runOf(one), 2_000);
          expect(on(engine).run(runOf(one), 2_000)).toEqual(expected);
        }),
        { numRuns: runs },
      );
    });

    test("beats come as they were sent, with the sums, in the first cycles possible", () => {
      const dut = on(engine);
      const numbers: Case["numbers"] = [
        [-5, 2n ** 69n + 1n],
        [2047, 0n],
        [-2048, 7n],
      ];
      const { models, cycles } = dut.run(
        { from: { beats: packed(numbers) }, to: { beats: 3 } },
        100,
      );
      expect(models.from.transfers).toEqual(Uint32Array.of(0, 1, 2));
      expect(models.to.transfers).toEqual(Uint32Array.of(1, 2, 3));
      expect(models.to.last).toEqual(Uint8Array.of(0, 0, 1));
      expect(cycles).toBe(4);
      const view = new DataView(models.to.beats.buffer);
      const size = 2 + 16 + 4;
      numbers.forEach(([number, tag], beat) => {
        expect(view.getInt16(size * beat, true)).toBe(number);
        expect(view.getBigUint64(size * beat + 2, true)).toBe(BigInt.asUintN(64, tag));
        expect(view.getBigUint64(size * beat + 10, true)).toBe(tag >> 64n);
        expect(view.getUint32(size * beat + 18, true)).toBe(number * number);
      });
    });

    test("words are read, summed up and written back", () => {
      const words = [7, 65_535, 300];
      const { models } = on(engine).run(
        runOf({
          numbers: [],
          gaps: new Uint32Array(),
          delays: new Uint32Array(),
          late: false,
          addend: 99,
          words,
        }),
        500,
      );
      expect(models.control.reads).toEqual(Uint32Array.of(3, 65_842, 99));
      const after = new DataView(models.memory.contents.buffer, models.memory.contents.byteOffset);
      // The poll that sees the sum ends after the first of the words was written.
      expect(after.getUint16(4 * 16, true)).toBe(65_842 % 65_536);
    });

    test("a beat that is withdrawn, an error and work that is left are reported", () => {
      const dut = on(engine);
      const beats = packed([
        [1, 1n],
        [2, 2n],
      ]);
      expect(() => dut.run({ from: { beats }, to: { beats: 3 } }, 50)).toThrow(
        new ProtocolError("device has not done its work after 50 cycles: to at beat 2 of 3"),
      );
      dut.reset();
      expect(() =>
        dut.run(
          {
            control: {
              steps: [
                { write: 4, data: 0 },
                { write: 12, data: 0 },
              ],
            },
          },
          50,
        ),
      ).toThrow(
        new ProtocolError(
          "control of device, cycle 5, step 1 of 2: the access is answered with an error",
        ),
      );
      dut.reset();
      expect(() => dut.run({ from: { beats }, to: { beats: 1 } }, 50)).not.toThrow();
      expect(() => dut.run({ control: { steps: [{ idle: 3 }] } }, 50)).toThrow(
        new ProtocolError(
          "to of device, cycle 0, beat 0 of 0: valid rises for a beat that nothing asked for",
        ),
      );
      dut.reset();
      expect(() =>
        dut.run(
          {
            memory: { contents: new Uint8Array(4) },
            control: { steps: [{ write: 4, data: 5 }, { idle: 20 }] },
          },
          50,
        ),
      ).toThrow(/^memory of device, cycle \d+: word \d+ is asked for; the memory has 1$/);
      dut.reset();
      expect(() => dut.run({ from: { beats: beats.subarray(1) } }, 50)).toThrow(
        "37 bytes of beats are no multiple of 19",
      );
      expect(() => dut.run({ form: { beats } } as object, 50)).toThrow(
        "there is no model form; there are from, to, control, memory",
      );
      expect(() => {
        dut.in.to.ready = true;
      }).toThrow("to_ready of device is driven by the model to, in runs alone");
    });
  });
}
