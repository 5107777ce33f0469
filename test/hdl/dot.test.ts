import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { type DotParameters, dot } from "../../hdl/dot.ts";
import { accumulatorBits } from "../../hdl/parameters.ts";
import { type Column, type Columns, type Engine, engines } from "../../sim/index.ts";
import { RandomStimulus } from "../../src/verification/stimulus.ts";
import { weightValue } from "../model/support.ts";
import { verifyEntry } from "../support/verify-entry.ts";

const entry = catalogue.find(({ name }) => name === "dot")!;
const kinds: readonly Partial<DotParameters>[] = [
  { lanes: 1 },
  { lanes: 16 },
  { lanes: 3, pipeline: 1, activation: "int16" },
  { lanes: 7, pipeline: 2, accumulator: 30, overflow: "saturate" },
  { lanes: 5, pipeline: 3, accumulator: 33 },
  { lanes: 64, activation: "int16", terms: 64 },
  { lanes: 4, format: "int8", pipeline: 3 },
  { lanes: 9, format: "e4m3", pipeline: 2 },
  { lanes: 6, format: "e5m2", activation: "int16", terms: 24 },
];

const texts = (given: Partial<DotParameters>): string =>
  Object.entries(given)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");

describe("random cycles equal the model", () => {
  test.each(kinds.map((given) => [texts(given), given] as const))(
    "on wasm: %s",
    async (_, given) => {
      const stimulus = new RandomStimulus(dot(given), 3).block(10_000);
      const verdict = await verifyEntry(entry, given, { engine: engines.wasm, blocks: [stimulus] });
      expect(verdict.first?.wave).toBeUndefined();
      expect(verdict.vectors).toBe(10_000);
    },
  );

  test.each<Engine>([engines.verilator, engines.icarus, engines.interpreter])(
    "on $name",
    async (engine) => {
      const given = { lanes: 5, pipeline: 3, accumulator: 33 } as const;
      const stimulus = new RandomStimulus(dot(given), 4).block(1000);
      const verdict = await verifyEntry(entry, given, { engine: engine, blocks: [stimulus] });
      expect(verdict.first?.wave).toBeUndefined();
    },
  );
});

test("a row of products is their sum, whatever the lanes and the pipeline", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 3 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: -128, max: 127 })), {
        minLength: 9,
        maxLength: 40,
      }),
      (lanes, pipeline, pairs) => {
        const rows = Math.floor(pairs.length / lanes);
        const cycles = rows + pipeline + 1;
        const column = (lane: number, part: 0 | 1): Column =>
          Array.from({ length: cycles }, (_, row) =>
            row < rows ? pairs[row * lanes + lane]![part] : 0,
          ) as unknown as Column;
        const stimulus: Columns = {
          enable: Uint8Array.from({ length: cycles }, (_, row) => Number(row < rows)),
          clear: Uint8Array.from({ length: cycles }, (_, row) => Number(row === 0)),
          ...Object.fromEntries(
            Array.from({ length: lanes }, (_, lane) => [
              [`weight_${lane}`, Uint8Array.from(column(lane, 0) as Uint8Array)],
              [`activation_${lane}`, Int8Array.from(column(lane, 1) as Int8Array)],
            ]).flat(),
          ),
        };
        const simulation = engines.wasm.open(dot({ lanes, pipeline }));
        const { sum } = simulation.batch(stimulus, cycles);
        simulation.close();
        const expected = pairs
          .slice(0, rows * lanes)
          .reduce((total, [w, x]) => total + weightValue(w) * x, 0);
        expect(Number(sum![cycles - 1])).toBe(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("the exact accumulator counts products, not cycles", () => {
  const width = (lanes: number): number => accumulatorBits(dot.complete({ lanes, terms: 256 }));
  expect(width(1)).toBe(width(16));
  expect(dot({ lanes: 16, terms: 256 }).parameters.width).toBe(width(16));
});

test("lanes out of range are refused", () => {
  expect(() => dot({ lanes: 0 })).toThrow("lanes is 0; it must be a whole number from 1 to 64");
  expect(() => dot({ lanes: 65 })).toThrow("lanes is 65");
});
