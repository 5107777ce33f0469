import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { E4M3, E5M2, type Fp8Layout, fp8Value } from "../../src/model/fp8.ts";
import {
  DecoderSession,
  evaluate,
  evaluateMatrices,
  floatLayers,
  generate,
  greedy,
  isDecoder,
  promptOf,
  quantizedInputs,
  quantizeTensor,
  quantizeVector,
  readModel,
  type Setting,
  sampledSequences,
  textSequences,
} from "../../src/network/index.ts";
import { naiveLogits } from "./naive-decoder.ts";
import { randomDecoder } from "./random-decoder.ts";

const float: Setting = { format: "f32", rounding: null, granularity: null, activations: "float" };
const rf8: Setting = {
  format: "rf8",
  rounding: "nearest",
  granularity: "tensor",
  activations: "float",
};

const probabilities = (logits: readonly number[]): number[] => {
  const weights = logits.map((logit) => Math.exp(logit));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};

describe("a measure", () => {
  test("is the loss and the divergence of the definitions", async () => {
    const model = randomDecoder();
    const sequences = [
      [1, 5, 9, 3, 3],
      [1, 16, 0],
    ];
    const rows = await evaluate(model, { settings: [float, rf8], sequences });
    const tensors = new Map(
      [...model.tensors].map(([name, tensor]) => [
        name,
        tensor.shape.length < 2 ? tensor : quantizeTensor(tensor, rf8),
      ]),
    );
    let [nll, kl, tokens] = [[0, 0], 0, 0];
    for (const sequence of sequences) {
      const exact = naiveLogits(model, sequence.slice(0, -1)).map(probabilities);
      const coarse = naiveLogits({ ...model, tensors }, sequence.slice(0, -1)).map(probabilities);
      exact.forEach((p, t) => {
        const q = coarse[t]!;
        const target = sequence[t + 1]!;
        nll = [nll[0]! - Math.log(p[target]!), nll[1]! - Math.log(q[target]!)];
        kl += p.reduce((sum, chance, id) => sum + chance * Math.log(chance / q[id]!), 0);
        tokens += 1;
      });
    }
    expect(rows.map((row) => row.tokens)).toEqual([tokens, tokens]);
    expect(rows[0]!.kl).toBe(0);
    expect(rows[0]!.nll).toBeCloseTo(nll[0]! / tokens, 5);
    expect(rows[1]!.nll).toBeCloseTo(nll[1]! / tokens, 5);
    expect(rows[1]!.kl).toBeCloseTo(kl / tokens, 5);
  });

  test("one matrix alone costs less than all of them, and every matrix has a row", async () => {
    const model = randomDecoder();
    const sequences = sampledSequences(model, { sequences: 3, length: 20 }, 4);
    const [all] = await evaluate(model, { settings: [rf8], sequences });
    const rows = await evaluateMatrices(model, { sequences });
    expect(rows.map(({ tensor }) => tensor).sort()).toEqual(
      [...model.tensors]
        .filter(([, { shape }]) => shape.length > 1)
        .map(([name]) => name)
        .sort(),
    );
    for (const { kl } of rows) {
      expect(kl).toBeGreaterThan(0);
      expect(kl).toBeLessThan(all!.kl * 1.5);
    }
  });
});

describe("formats of a matrix", () => {
  const values = Float32Array.from({ length: 60 }, (_, i) => Math.sin(7 * i) * 2 ** ((i % 7) - 3));
  const matrix = { shape: [4, 15], values };
  const layouts: readonly [Setting["format"], Fp8Layout][] = [
    ["e4m3", E4M3],
    ["e5m2", E5M2],
  ];

  test.each(layouts)(
    "%s: every weight goes to the nearest value of its scale",
    (format, layout) => {
      const all = Array.from({ length: 256 }, (_, code) => fp8Value(code, layout)).filter(
        Number.isFinite,
      );
      for (const granularity of ["tensor", "channel"] as const) {
        const found = quantizeTensor(matrix, { format, rounding: "nearest", granularity });
        for (let i = 0; i < values.length; i++) {
          const row = Math.floor(i / 15);
          const group = granularity === "tensor" ? values : values.slice(15 * row, 15 * row + 15);
          const scale = group.reduce((m, w) => Math.max(m, Math.abs(w)), 0) / Math.max(...all);
          const best = Math.min(...all.map((v) => Math.abs(values[i]! - scale * v)));
          expect(Math.abs(values[i]! - found.values[i]!)).toBeLessThan(best * (1 + 1e-4) + 1e-6);
        }
      }
    },
  );

  test("int8: at most half a step away", () => {
    const found = quantizeTensor(matrix, {
      format: "int8",
      rounding: "nearest",
      granularity: "tensor",
    });
    const scale = values.reduce((m, w) => Math.max(m, Math.abs(w)), 0) / 127;
    values.forEach((w, i) => {
      const level = found.values[i]! / scale;
      expect(Math.abs(level - Math.round(level))).toBeLessThan(1e-4);
      expect(Math.abs(w - found.values[i]!)).toBeLessThan(scale * (0.5 + 1e-4));
    });
  });
});

test("inputs as integers: the product is exact but for the rounding of the input", () => {
  const model = randomDecoder();
  const name = "model.layers.0.mlp.up_proj.weight";
  const input = Float32Array.from({ length: 12 }, (_, i) => Math.cos(3 * i) * 4);
  for (const [type, most] of [
    ["int8", 127],
    ["int16", 32767],
  ] as const) {
    const integers = new Int32Array(12);
    const scale = quantizeVector(input, most, integers);
    expect(Math.max(...integers.map(Math.abs))).toBe(most);
    input.forEach((x, i) => {
      expect(Math.abs(x - scale * integers[i]!)).toBeLessThan(scale / 2 + 1e-6);
    });
    const output = new Float32Array(20);
    quantizedInputs(floatLayers(model), type).apply(name, input, output);
    const { values } = model.tensors.get(name)!;
    output.forEach((sum, row) => {
      const exact = integers.reduce((s, q, i) => s + q * values[12 * row + i]!, 0) * scale;
      expect(Math.abs(sum - exact)).toBeLessThan(1e-5);
    });
  }
});

test("a text is cut so that every token but the first is predicted once", () => {
  const config = randomDecoder().config;
  const tokens = [2, 3, 4, 5, 6, 7, 8];
  const sizes = { sequences: 10, length: 3 };
  expect(textSequences(config.bos_token_id, tokens, sizes)).toEqual([
    [1, 2, 3, 4],
    [1, 5, 6, 7],
    [1, 8],
  ]);
  expect(textSequences(null, tokens, sizes)).toEqual([
    [2, 3, 4, 5],
    [5, 6, 7, 8],
  ]);
  expect(textSequences(config.bos_token_id, tokens, { sequences: 1, length: 3 })).toHaveLength(1);
});

const stories = fileURLToPath(new URL("../../../shared/data/stories260K.bin", import.meta.url));
const present = existsSync(stories);
if (!present) console.log("skipped: stories260K.bin, a llama2.c model, is not there");

describe.skipIf(!present)("a real Llama of 260,000 parameters", () => {
  const model = present ? readModel(stories) : randomDecoder();
  if (!isDecoder(model)) throw new Error("no llama");

  test("greedy decoding begins as it is documented", () => {
    const tokens: number[] = [];
    for (const token of generate(new DecoderSession(model), promptOf(model, ""), greedy)) {
      tokens.push(token);
      if (tokens.length === 60) break;
    }
    expect(model.tokenizer!.decode(tokens)).toMatch(
      /^Once upon a time, there was a little girl named Lily\. She loved to play outside in the park/,
    );
  });

  test("RF8 costs what an independent program found", async () => {
    const settings: Setting[] = [
      rf8,
      { ...rf8, rounding: "paper" },
      { ...rf8, format: "e4m3" },
      { ...rf8, format: "int8" },
      { ...rf8, format: "int8", granularity: "channel" },
    ];
    const sequences = sampledSequences(model, { sequences: 4, length: 100 }, 1);
    const rows = await evaluate(model, { settings, sequences });
    // Other sequences than that program's, so within a factor.
    [0.018, 0.021, 0.009, 0.004, 0.0005].forEach((expected, i) => {
      expect(rows[i]!.kl / expected, JSON.stringify(settings[i])).toBeGreaterThan(0.55);
      expect(rows[i]!.kl / expected, JSON.stringify(settings[i])).toBeLessThan(1.6);
    });
  });
});
