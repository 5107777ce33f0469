import { expect, test } from "vitest";
import { type CoresTask, helpWith } from "../../src/quantize/cores.ts";
import { quantizeRows, type RowsTask, rowResults } from "../../src/quantize/quantize-rows.ts";
import { Solver } from "../../src/quantize/solver.ts";
import { correlated, gaussians } from "./random.ts";

const n = 40;
const rows = 300;
const task: RowsTask = {
  weights: gaussians(2, rows * n),
  columns: n,
  unit: 2 ** -14,
  method: "gptq",
  scale: "row",
};

test("codes, scales and errors are the same to the bit on any number of cores", async () => {
  // Workers run the compiled program alone.
  const of = (file: string) =>
    import(new URL(`../../dist/src/quantize/${file}`, import.meta.url).href);
  const { quantizeOnCores, endCores } = await of("cores.js");
  try {
    const on = (cores: number, given = task) =>
      quantizeOnCores(given, rows, new Solver(correlated(1, n), n), cores);
    const one = on(1);
    expect(one.codes.some((code: number) => code !== 0)).toBe(true);
    expect(one.error.every((error: number) => error > 0)).toBe(true);
    expect(on(3)).toEqual(one);
    const palette = [0x43, 0x53, 0x5b, 0x63, 0x6b, 0x73, 0x7b];
    expect(on(2, { ...task, palette })).toEqual(on(1, { ...task, palette }));
  } finally {
    await endCores();
  }
});

test("a worker takes the rows that nobody has, and says that it is done, or that it failed", () => {
  const memory = (bytes: number) => new SharedArrayBuffer(bytes);
  const solver = new Solver(correlated(1, n), n);
  const { feedback, hessian } = solver;
  const given: CoresTask = {
    task,
    hessian,
    feedback,
    rows,
    results: rowResults(rows, n, memory),
    state: Int32Array.of(256, 0, 0),
  };
  helpWith(given, solver);
  const alone = rowResults(rows, n, memory);
  quantizeRows(task, solver, { first: 256, end: rows }, alone);
  expect(given.results).toEqual(alone);
  expect([...given.state.subarray(1)]).toEqual([0, 0]);
  expect(given.state[0]).toBeGreaterThanOrEqual(rows);

  const state = new Int32Array(3);
  const results = {
    ...alone,
    codes: new Uint8Array(0),
    counts: undefined as unknown as Int32Array,
  };
  expect(() => helpWith({ ...given, results, state }, solver)).toThrow();
  expect([...state.subarray(1)]).toEqual([0, 1]);
});
