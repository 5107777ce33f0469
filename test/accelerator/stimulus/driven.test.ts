import type { Bundle } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import { type Engine, engines, type Simulation } from "../../../sim/index.ts";
import {
  DrivenMatrix,
  openDriven,
  PreparedMatrix,
} from "../../../src/accelerator/stimulus/index.ts";
import {
  type AcceleratorModel,
  acceleratorResults,
  idealEnvironment,
  weightArrival,
} from "../../../src/model/index.ts";

const accelerator = (activation: "int8" | "int16", rows: number): AcceleratorModel => ({
  lanes: 3,
  rows,
  terms: 24,
  pipeline: 1,
  activation,
});

const jobs = fc.record({
  activation: fc.constantFrom("int8", "int16"),
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 24 }),
  bandwidth: fc.constantFrom(undefined, 2, 5, 40),
  latency: fc.integer({ min: 0, max: 30 }),
  scaled: fc.boolean(),
  seed: fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
});

test("a job driven by models gives what one driven beat by beat gives, and what the model says", () => {
  const open = new Map<string, ReturnType<typeof opened>>();
  const opened = (shape: AcceleratorModel) => ({
    driven: openDriven(shape, engines.wasm),
    plain: engines.wasm.open(acceleratorCore(shape)),
  });
  fc.assert(
    fc.property(jobs, ({ activation, rows, columns, bandwidth, latency, scaled, seed }) => {
      const shape = accelerator(activation, 1 + (rows % 2));
      const key = `${activation} ${shape.rows}`;
      const { driven, plain } = open.get(key) ?? opened(shape);
      open.set(key, { driven, plain });
      const at = (i: number): number => seed[i % seed.length]!;
      const memory = bandwidth === undefined ? undefined : { bandwidth, latency };
      const matrix = {
        weights: Uint8Array.from({ length: rows * columns }, (_, i) => (at(i) * (i + 3)) & 255),
        rows,
        columns,
        relu: seed[0]! % 2 === 1,
        ...(scaled && {
          scales: Array.from({ length: rows }, (_, row) => ({
            bias: at(row) - 128,
            shift: at(row + 1) % 64,
            residual: at(row + 2) % 8,
          })),
        }),
      };
      const most = activation === "int8" ? 127 : 32_767;
      const activations = Int32Array.from(
        { length: columns },
        (_, i) => ((at(i) * 7919) % (2 * most + 1)) - most,
      );
      const run = new DrivenMatrix(shape, matrix, memory).run(driven, activations);
      const bytes = shape.lanes * shape.rows;
      const weightFrom = (beat: number): number =>
        memory ? weightArrival(memory, beat, bytes) : 0;
      const prepared = new PreparedMatrix(shape, matrix, { ...idealEnvironment, weightFrom });
      const { counts, ...results } = prepared.read(
        plain.batch(prepared.stimulus(activations), prepared.cycles),
      );
      expect(run).toEqual({ ...results, counts });
      expect(results).toEqual(acceleratorResults(shape, { ...matrix, activations }));
    }),
    { numRuns: 60 },
  );
});

interface Given {
  readonly control: { readonly reads: Uint32Array };
  readonly result: { readonly last: Uint8Array };
}

/** The engine with something of what a run gives changed. */
const faulty = (change: (models: Given) => void): Engine => ({
  name: "faulty",
  open(module, options) {
    const dut = engines.wasm.open(module, options) as Simulation<Bundle>;
    return Object.create(dut, {
      run: {
        value(...job: Parameters<typeof dut.run>) {
          const result = dut.run(...job);
          change(result.models as unknown as Given);
          return result;
        },
      },
    });
  },
});

const faults: readonly [string, (models: Given) => void][] = [
  [
    "the accelerator counts 1000 cycles, its cycle model",
    ({ control }) => control.reads.fill(1000, 1, 2),
  ],
  ["the accelerator's status is 0x12 after a job", ({ control }) => control.reads.fill(18, 0, 1)],
  ["beat 0 of 2 results is marked the last", ({ result }) => result.last.fill(1)],
];

test.each(faults)("%s", (message, change) => {
  const shape = accelerator("int8", 1);
  const driven = openDriven(shape, faulty(change));
  const weights = Uint8Array.from({ length: 10 }, (_, i) => i);
  const matrix = new DrivenMatrix(shape, { weights, rows: 2, columns: 5, relu: false });
  expect(() => matrix.run(driven, [1, 2, 3, 4, 5])).toThrow(message);
});
