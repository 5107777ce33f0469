import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { compile, listing, matrixCycles, rtlExecutor } from "../../../src/accelerator/run/index.ts";
import { CANONICAL_MAGNITUDES, seededRandom } from "../../../src/format/index.ts";
import type { AcceleratorModel } from "../../../src/model/index.ts";
import { type Model, rf8Tensor } from "../../../src/network/index.ts";

const random = seededRandom(3);
const below = (n: number): number => (random.next() >>> 0) % n;
/** Every second magnitude of the upper octaves: 6 bits. */
const codes = [...CANONICAL_MAGNITUDES].filter((_, index) => index % 2 === 1).slice(-31);
const [rows, columns] = [37, 100];

const weights = Uint8Array.from({ length: rows * columns }, () => {
  const code = codes[below(codes.length)] ?? 0;
  return below(9) === 0 ? 0 : code + 128 * below(2);
});

/** One matrix, with its palette or without. */
const model = (palette?: readonly number[]): Model => ({
  config: { model_type: "mlp", layers: [{ weight: "w" }] },
  tensors: new Map([
    ["w", rf8Tensor([rows, columns], { codes: weights, biases: [8], ...(palette && { palette }) })],
  ]),
});

const accelerator: AcceleratorModel = {
  activation: "int16",
  lanes: 8,
  rows: 4,
  terms: 128,
  pipeline: 1,
  bits: 6,
  palette: "stream",
};
const wired = codes.map((code) => code.toString(16).padStart(2, "0")).join("");
const memory = { bandwidth: 8, latency: 5 };

const run = (given: Model, machine: AcceleratorModel) => {
  const program = compile(given, machine);
  const step = program.matrices.get("w");
  if (!step) throw new Error("no matrix");
  const activations = Int32Array.from(
    { length: columns },
    (_, i) => ((i * 7919) % 65_536) - 32_768,
  );
  const executors = (["sums", "beats"] as const).map((check) =>
    rtlExecutor(program, engines.wasm, { memory, check }),
  );
  const sums = executors.map((executor) => executor.multiply(step, activations));
  for (const executor of executors) executor.close();
  expect(sums[0]).toEqual(sums[1]);
  return { sums: sums[0], cycles: matrixCycles(program, step, memory), text: listing(program) };
};

test("weights of a palette give the sums of their codes, in the cycles of fewer bytes", () => {
  const bytes = run(model(), accelerator);
  const streamed = run(model(codes), accelerator);
  const hardWired = run(model(codes), { ...accelerator, palette: wired });
  expect(streamed.sums).toEqual(bytes.sums);
  expect(hardWired.sums).toEqual(bytes.sums);
  expect(streamed.text.join()).toContain("6 bits a weight");
  // 10 groups of 13 beats of 32 weights: 130 beats of 32 bytes, or 98 and the one that holds the palette.
  expect(bytes.cycles - streamed.cycles).toBe((130 - 99) * 4);
  expect(streamed.cycles - hardWired.cycles).toBe(4);
});

test("a palette that the hardware does not have goes as bytes", () => {
  const other = run(model(codes), { ...accelerator, palette: wired.slice(2) });
  expect(other).toEqual(run(model(), accelerator));
});
