import { expect, test } from "vitest";
import { CANONICAL_MAGNITUDES } from "../../src/format/index.ts";
import { evaluate, STORED, sampledSequences } from "../../src/network/index.ts";
import { type QuantizedMatrix, quantizeDecoder, tensorOfCodes } from "../../src/quantize/index.ts";
import { sequencePassages, shuffledWindows } from "../../src/train/batches.ts";
import { peakOf } from "../../src/train/distill.ts";
import { distillationDefaults, distillCodes, TrainingError } from "../../src/train/index.ts";
import { familySizes } from "../network/family-cases.ts";
import { randomDecoder } from "../network/random-decoder.ts";

const model = randomDecoder({ ...familySizes, model_type: "qwen3", head_dim: 6 }, 3);
const sequences = sampledSequences(model, { sequences: 200, length: 16 }, 5);
const stored = { format: STORED, rounding: null, granularity: null, activations: "float" } as const;

/** KL from the float network, by the network that inference has. */
async function klOf(codes: ReadonlyMap<string, QuantizedMatrix>): Promise<number> {
  const tensors = new Map(model.tensors);
  for (const [name, matrix] of codes)
    tensors.set(name, tensorOfCodes(model.tensors.get(name)!.shape, matrix));
  const held = sequences.slice(180);
  const given = { settings: [stored], sequences: held, stored: { ...model, tensors } };
  const [row] = await evaluate(model, given);
  return row!.kl;
}

test.each([
  ["the file of today", { scale: "none", bits: 8 }],
  ["6 bits with row scales", { scale: "row", bits: 6 }],
] as const)("%s: other codes of the same format, and less divergence", async (_, format) => {
  const chosen = quantizeDecoder(
    model,
    sequences.map((tokens) => tokens.slice(0, -1)),
    { method: "gptq", ...format },
  );
  const options = { ...distillationDefaults, steps: 120, batch: 8 };
  const { codes, klBefore, kl } = await distillCodes(model, sequences, chosen, options);
  expect(kl).toBeLessThan(0.7 * klBefore);
  // Measured by what is trained, and by what runs.
  expect(klBefore / (await klOf(chosen))).toBeCloseTo(1, 2);
  expect(kl / (await klOf(codes))).toBeCloseTo(1, 2);
  expect([...codes.keys()]).toEqual([...chosen.keys()]);
  for (const [name, matrix] of codes) {
    const before = chosen.get(name)!;
    const { bias, scales, palette } = matrix;
    expect({ bias, scales, palette }).toEqual({
      bias: before.bias,
      scales: before.scales,
      palette: before.palette,
    });
    const allowed = new Set(palette ?? CANONICAL_MAGNITUDES);
    for (const code of matrix.codes) expect(code === 0 || allowed.has(code & 0x7f)).toBe(true);
    expect(matrix.codes).not.toEqual(before.codes);
  }
  const again = await distillCodes(model, sequences, chosen, options);
  expect([...again.codes.values()].map((m) => m.codes)).toEqual(
    [...codes.values()].map((m) => m.codes),
  );
});

test("a longer run has a smaller peak, and a run the one of its steps where none is given", async () => {
  expect([1, 250, 500, 2000].map(peakOf)).toEqual([2e-3, 2e-3, 1e-3, 2.5e-4]);
  const small = randomDecoder({ ...familySizes, model_type: "llama" }, 3);
  const few = sampledSequences(small, { sequences: 10, length: 2 }, 5);
  const chosen = quantizeDecoder(small, few, { method: "nearest", scale: "none", bits: 8 });
  const codesOf = async (changes: { readonly learningRate?: number }) => {
    const options = { ...distillationDefaults, steps: 3, batch: 1, ...changes };
    return (await distillCodes(small, few, chosen, options)).codes;
  };
  const own = await codesOf({});
  expect(await codesOf({ learningRate: peakOf(3) })).toEqual(own);
  expect(await codesOf({ learningRate: 2 * peakOf(3) })).not.toEqual(own);
});

test("every window comes once in each round, in an order that seed and step alone decide", () => {
  const passages = sequencePassages(
    Array.from({ length: 7 }, (_, i) => [i]),
    1,
  );
  const drawn = (seed: number): number[] =>
    Array.from({ length: 14 }, (_, i) => [
      ...shuffledWindows(passages, 3, { seed, step: i + 1 }).tokens,
    ]).flat();
  const all = drawn(5);
  for (let first = 0; first < all.length; first += 7)
    expect(all.slice(first, first + 7).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(
    new Set(Array.from({ length: 6 }, (_, i) => String(all.slice(7 * i, 7 * i + 7)))).size,
  ).toBe(6);
  expect(drawn(5)).toEqual(all);
  expect(drawn(6)).not.toEqual(all);
});

test("without enough sequences there is no distillation", async () => {
  const few = sequences.slice(0, 9);
  await expect(
    distillCodes(model, few, new Map(), { ...distillationDefaults, steps: 1 }),
  ).rejects.toThrow(TrainingError);
});
