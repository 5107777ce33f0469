import { sideBySide } from "@chisel-ts/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { type SystolicParameters, systolic } from "../../hdl/systolic/systolic.ts";
import { type Column, type Columns, engines, fromReset, lockstep } from "../../sim/index.ts";
import { references } from "../../src/model/index.ts";
import { RandomStimulus } from "../../src/verification/stimulus.ts";
import { weightValue } from "../model/support.ts";
import { verifyEntry } from "../support/verify-entry.ts";

const NAN = 0x80;
const activations = ["int8", "int16"] as const;
const shapes = [
  [1, 1],
  [1, 5],
  [5, 1],
  [4, 4],
  [3, 7],
] as const;
const arrays: readonly SystolicParameters[] = activations.flatMap((activation) =>
  shapes.map(([rows, columns]) => ({ activation, rows, columns })),
);
const nameOf = ({ activation, rows, columns }: SystolicParameters) =>
  `${activation}_${rows}x${columns}`;
const entry = catalogue.find(({ name }) => name === "systolic")!;

describe("random cycles equal the model", () => {
  test.each(arrays)("on wasm: $activation, $rows × $columns", async (parameters) => {
    const stimulus = new RandomStimulus(systolic(parameters), 11).block(5000);
    const verdict = await verifyEntry(entry, parameters, {
      engine: engines.wasm,
      blocks: [stimulus],
    });
    expect(verdict.first?.wave).toBeUndefined();
    expect(verdict.vectors).toBe(5000);
  });

  test("on verilator: every array in one build", () => {
    const cycles = 20_000;
    const prefixed = (name: string, columns: Columns) =>
      Object.entries(columns).map(([port, column]) => [`${name}_${port}`, column] as const);
    const cases = arrays.map((parameters, index) => {
      const { columns } = new RandomStimulus(systolic(parameters), index).block(cycles);
      return { name: nameOf(parameters), parameters, columns };
    });
    const together = sideBySide(
      "arrays",
      Object.fromEntries(arrays.map((parameters) => [nameOf(parameters), systolic(parameters)])),
    );
    const stimulus = Object.fromEntries(
      cases.flatMap(({ name, columns }) => prefixed(name, columns)),
    );
    const simulation = engines.verilator.open(together);
    const result = lockstep(stimulus, cycles, fromReset("verilator", simulation), {
      name: "model",
      run: (inputs, length) =>
        Object.fromEntries(
          cases.flatMap(({ name, parameters }) => {
            const own = Object.entries(inputs).flatMap(([port, column]) =>
              port.startsWith(`${name}_`) ? [[port.slice(name.length + 1), column] as const] : [],
            );
            return prefixed(name, references.systolic(parameters)(Object.fromEntries(own), length));
          }),
        ),
    });
    simulation.close();
    expect(result.first?.wave).toBeUndefined();
  });
});

/** What the user of an array does: codes[r][c], then one vector after another, in enabled cycles. */
interface Job {
  readonly parameters: SystolicParameters;
  readonly codes: readonly (readonly number[])[];
  readonly vectors: readonly (readonly number[])[];
  /** Stalled cycles before each enabled one; the pattern repeats. */
  readonly stalls: readonly number[];
  /** Seeds what stands on inputs that are not looked at. */
  readonly seed: number;
}

/**
 * Loads the codes, the bottom row first, streams the vectors skewed, and gathers the skewed outputs.
 * Whatever is not part of that is random.
 */
function multiply({ parameters, codes, vectors, stalls, seed }: Job) {
  const { rows, columns } = parameters;
  const enabled = rows + vectors.length + rows + columns;
  const pattern = Array.from({ length: enabled }, (_, t) => stalls[t % stalls.length] ?? 0);
  // cycleOf[t]: the cycle in which the t-th enabled one falls.
  const cycleOf = pattern.map((_, t) => t + pattern.slice(0, t + 1).reduce((a, b) => a + b, 0));
  const cycles = cycleOf.at(-1)! + 1;

  const module = systolic(parameters);
  const stimulus = new RandomStimulus(module, seed).block(cycles).columns as Record<string, Column>;
  stimulus.enable!.fill(0 as never);
  cycleOf.forEach((cycle, t) => {
    stimulus.enable![cycle] = 1;
    stimulus.load![cycle] = Number(t < rows);
    if (t < rows) {
      codes[rows - 1 - t]!.forEach((code, c) => {
        stimulus[`weight_${c}`]![cycle] = code;
      });
    }
    for (let r = 0; r < rows; r++) {
      const x = vectors[t - rows - r]?.[r];
      if (x !== undefined) stimulus[`activation_${r}`]![cycle] = x;
    }
  });

  const simulation = engines.wasm.open(module);
  const response = simulation.batch(stimulus, cycles);
  simulation.close();
  const gather = (port: string) =>
    vectors.map((_, v) =>
      Array.from({ length: columns }, (_, c) =>
        BigInt(response[`${port}_${c}`]![cycleOf[rows + v + rows + c]!]!),
      ),
    );
  return { sums: gather("sum"), invalid: gather("invalid") };
}

/** The same from the definition of a matrix product. */
const product = ({ codes, vectors }: Job) =>
  vectors.map((vector) =>
    codes[0]!.map((_, c) =>
      vector.reduce((sum, x, r) => sum + BigInt(weightValue(codes[r]![c]!)) * BigInt(x), 0n),
    ),
  );

const job: fc.Arbitrary<Job> = fc
  .record({
    activation: fc.constantFrom(...activations),
    rows: fc.integer({ min: 1, max: 6 }),
    columns: fc.integer({ min: 1, max: 6 }),
  })
  .chain((parameters) => {
    const { activation, rows, columns } = parameters;
    const half = activation === "int8" ? 128 : 32_768;
    const list = <T>(item: fc.Arbitrary<T>, length: number) =>
      fc.array(item, { minLength: length, maxLength: length });
    const code = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 255 }) },
      { weight: 1, arbitrary: fc.constantFrom(0x00, NAN, 0x7f, 0xff) },
    );
    const x = fc.integer({ min: -half, max: half - 1 });
    return fc.record({
      parameters: fc.constant(parameters),
      codes: list(list(code, columns), rows),
      vectors: fc.array(list(x, rows), { minLength: 1, maxLength: 8 }),
      stalls: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 7 }),
      seed: fc.nat(),
    });
  });

test("any weights and vectors, with stalls, give the matrix product; a NaN marks its column", () => {
  fc.assert(
    fc.property(job, (given) => {
      const { sums, invalid } = multiply(given);
      expect(sums).toEqual(product(given));
      const marks = given.codes[0]!.map((_, c) =>
        BigInt(given.codes.some((row) => row[c] === NAN)),
      );
      expect(invalid).toEqual(given.vectors.map(() => marks));
    }),
    { numRuns: 200 },
  );
});

test.each([0, 1, 2])("a NaN in row %i of one column leaves the others alone", (row) => {
  const codes = [0, 1, 2].map((r) => [0, 1, 2].map((c) => (r === row && c === 1 ? NAN : 0x03)));
  const parameters = { activation: "int8", rows: 3, columns: 3 } as const;
  const vectors = [
    [1, 2, 4],
    [8, 16, 32],
  ];
  const { sums, invalid } = multiply({ parameters, codes, vectors, stalls: [0], seed: 1 });
  const without = vectors.map(
    (vector) => 16n * BigInt(vector.reduce((a, b) => a + b) - vector[row]!),
  );
  expect(sums).toEqual([
    [112n, without[0], 112n],
    [896n, without[1], 896n],
  ]);
  expect(invalid).toEqual([
    [0n, 1n, 0n],
    [0n, 1n, 0n],
  ]);
});

describe.each(activations)("the extremes of %s", (activation) => {
  const least = activation === "int8" ? -128 : -32_768;

  // 21 and 42 are the last numbers of rows before a further bit: 3·21 < 64, 3·22 > 64.
  test.each([1, 2, 5, 6, 21, 22, 42, 43, 64])("%i rows hold their largest sums, barely", (rows) => {
    const parameters = { activation, rows, columns: 2 } as const;
    const codes = Array(rows).fill([0x7f, 0xff]);
    const given = { parameters, codes, vectors: [Array(rows).fill(least)], stalls: [0], seed: 3 };
    const largest = BigInt(rows) * 786_432n * BigInt(-least);
    expect(multiply(given)).toEqual({ sums: [[-largest, largest]], invalid: [[0n, 0n]] });

    const { width } = systolic(parameters).ports.sum[0]!.type;
    expect(largest).toBeLessThan(2n ** BigInt(width - 1));
    expect(largest).toBeGreaterThanOrEqual(2n ** BigInt(width - 2));
  });
});

test.each([
  [{ rows: 0 }, "rows is 0; it must be a whole number from 1 to 64"],
  [{ columns: 65 }, "columns is 65; it must be a whole number from 1 to 64"],
])("%j is refused", (given, message) => {
  expect(() => systolic(given)).toThrow(message);
});
