import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nearestFloat, openCheckpoint, saveLlama2c } from "../../src/checkpoint/index.ts";
import { seededRandom } from "../../src/format/index.ts";
import {
  type DecoderConfig,
  evaluate,
  isDecoder,
  type Model,
  readModel,
  STORED,
  sampledSequences,
  writeModel,
} from "../../src/network/index.ts";
import {
  equalize,
  type ModelOptions,
  type Pair,
  pairsOf,
  quantizeModel,
  withFactors,
} from "../../src/quantize/index.ts";
import { safetensors, scratchFolder } from "../checkpoint/files.ts";
import { main } from "../cli/run.ts";
import { familyCases, familySizes } from "../network/family-cases.ts";
import { naiveLogits } from "../network/naive-decoder.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";

const root = scratchFolder();
let folders = 0;
const fresh = (): string => join(root, `${folders++}`);

const tokens = Array.from({ length: 9 }, (_, i) => (7 * i * i + 3) % 17);

/** The largest difference between the logits of two networks, by a forward pass that is not the project's. */
function difference(a: Model<DecoderConfig>, b: Model<DecoderConfig>): number {
  const [own, other] = [a, b].map((model) => naiveLogits(model, tokens).flat());
  return Math.max(...own!.map((logit, i) => Math.abs(logit - other![i]!)));
}

/** Factors of every pair, 0.5 to 2. */
function drawn(pairs: readonly Pair[]): Map<Pair, Float32Array> {
  const random = seededRandom(5);
  const factor = (): number => 2 ** ((2 * (random.next() >>> 0)) / 2 ** 32 - 1);
  return new Map(
    pairs.map((pair) => [pair, Float32Array.from({ length: pair.count }, factor)] as const),
  );
}

describe.each(familyCases)("%s, %j", (model_type, keys) => {
  const model = randomDecoder({ ...familySizes, model_type, ...keys }, 3);
  const pairs = pairsOf(model.config);

  test("the network computes the same with other weights", () => {
    expect(pairs).toHaveLength(2 * model.config.num_hidden_layers);
    const equalized = withFactors(model, drawn(pairs));
    for (const { rows, columns, bias, count } of pairs) {
      const { values } = equalized.tensors.get(rows)!;
      const before = model.tensors.get(rows)!.values;
      const row = values.length / equalized.tensors.get(rows)!.shape[0]!;
      const changed = values.filter((value, i) => value !== before[i]).length;
      expect(Math.abs(changed - count * row)).toBeLessThanOrEqual(2);
      for (const name of bias ? [columns, bias] : [columns])
        expect(equalized.tensors.get(name)).not.toEqual(model.tensors.get(name));
    }
    expect(difference(equalized, model)).toBeLessThan(1e-4);
  });

  test("factors of the wrong heads, and a bias that is left, are found", () => {
    const { head_dim: head, num_key_value_heads: heads } = model.config;
    const wrong = (kind: string, change: (pair: Pair) => Partial<Pair>): number => {
      const planted = pairs.map((pair) =>
        pair.columns.includes(kind) ? { ...pair, ...change(pair) } : pair,
      );
      return difference(withFactors(model, drawn(planted)), model);
    };
    const interleaved = (column: number): number => column % (head * heads);
    if (heads < model.config.num_attention_heads)
      expect(wrong("o_proj", () => ({ rowOf: interleaved }))).toBeGreaterThan(1e-3);
    expect(wrong("", ({ first, count }) => ({ first: first - count }))).toBeGreaterThan(1e-3);
    if (pairs.some(({ bias }) => bias))
      expect(wrong("", () => ({ bias: undefined }))).toBeGreaterThan(1e-3);
  });

  test("the factors that are chosen leave it as it is, bias by bias as BF16 and F16 hold it", () => {
    const dtypes = ["BF16", "F16"] as const;
    for (const dtype of dtypes) {
      const biased = inType(model, dtype);
      const stored = (_: string, value: number): number => nearestFloat(dtype, value);
      const { model: equalized, pairs: done } = equalize(biased, [tokens], { stored });
      expect(done).toHaveLength(pairs.length);
      expect(difference(equalized, biased)).toBeLessThan(1e-4);
      for (const { rows, bias } of done) {
        expect(equalized.tensors.get(rows)).not.toEqual(biased.tensors.get(rows));
        if (!bias) continue;
        const { values } = equalized.tensors.get(bias)!;
        expect(values).not.toEqual(biased.tensors.get(bias)!.values);
        for (const value of values) {
          const error = Math.abs(nearestFloat(dtype, value) - value);
          expect(error).toBeLessThan(2 ** -22 * Math.abs(value));
        }
      }
    }
  });
});

/** The network with its vectors as a type holds them. */
const inType = (model: Model<DecoderConfig>, dtype: "BF16" | "F16"): Model<DecoderConfig> => ({
  ...model,
  tensors: new Map(
    [...model.tensors].map(([name, tensor]) => {
      const { shape, values } = tensor;
      if (shape.length > 1) return [name, tensor];
      return [name, { shape, values: values.map((value) => nearestFloat(dtype, value)) }];
    }),
  ),
});

test("factors are within an octave, 1 for zeros and where float32 ends; nothing else changes", () => {
  const given = randomDecoder({ ...smallConfig, mlp_bias: true }, 2);
  const [up, down] = ["up", "down"].map((name) => `model.layers.0.mlp.${name}_proj.weight`);
  const tensors = new Map(
    [...given.tensors].map(([n, t]) => [n, { ...t, values: t.values.slice() }]),
  );
  const model = { ...given, tensors };
  const [tall, rows] = ["model.layers.1.mlp.up_proj.weight", tensors.get(up!)!.values];
  rows.fill(0, 0, 12);
  tensors.get(tall)!.values[0] = 3e38;
  const { model: equalized } = equalize(model, [tokens]);
  const ratios = rows.map((value, i) => value / equalized.tensors.get(up!)!.values[i]!);
  expect(ratios.subarray(0, 12).every(Number.isNaN)).toBe(true);
  for (const ratio of ratios.subarray(12)) {
    expect(ratio).toBeGreaterThan(Math.SQRT1_2 - 1e-3);
    expect(ratio).toBeLessThan(Math.SQRT2 + 1e-3);
  }
  expect(equalized.tensors.get(tall)).toEqual(tensors.get(tall));
  const column = (of: Model<DecoderConfig>): number[] =>
    [...of.tensors.get(down!)!.values].filter((_, i) => i % 20 === 0);
  expect(column(equalized)).toEqual(column(model));
  const touched = new Set(
    pairsOf(model.config).flatMap(({ rows, columns, bias }) => [rows, columns, bias]),
  );
  for (const [name, tensor] of equalized.tensors)
    if (!touched.has(name)) expect(tensor).toBe(tensors.get(name));
});

function decoder(path: string): Model<DecoderConfig> {
  const model: Model = readModel(path);
  if (!isDecoder(model)) throw new Error("a decoder is expected");
  return model;
}

const options: ModelOptions = { method: "gptq", scale: "none", bits: 8, equalized: true };
const setting = {
  format: STORED,
  rounding: null,
  granularity: null,
  activations: "float",
} as const;

/** KL of a quantized copy, and its reports. */
async function quantized(input: string, more: Partial<ModelOptions> = {}) {
  const [model, output] = [decoder(input), fresh()];
  const sequences = sampledSequences(model, { sequences: 24, length: 20 }, 1);
  const reports = await quantizeModel({ input, model, output, sequences }, { ...options, ...more });
  const [found] = await evaluate(model, {
    settings: [setting],
    sequences,
    stored: decoder(output),
  });
  return { output, reports, kl: found!.kl };
}

/** Writes a decoder's checkpoint with its vectors in BF16. */
async function withVectors(keys: Readonly<Record<string, unknown>>): Promise<string> {
  const dtype = "BF16";
  const [folder, model] = [fresh(), inType(randomDecoder({ ...smallConfig, ...keys }, 3), dtype)];
  await writeModel(folder, model);
  let offset = 0;
  const header: Record<string, unknown> = {};
  const parts = [...model.tensors].map(([name, { shape, values }]) => {
    const half = shape.length === 1;
    const bytes = half
      ? Uint16Array.from(new Uint32Array(values.slice().buffer), (bits) => bits >>> 16)
      : values;
    const end = offset + bytes.byteLength;
    header[name] = { dtype: half ? dtype : "F32", shape, data_offsets: [offset, end] };
    offset = end;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  });
  writeFileSync(join(folder, "model.safetensors"), safetensors(header, Buffer.concat(parts)));
  return folder;
}

describe("a checkpoint", () => {
  test("with biases in BF16 gets others that are BF16 too, and is as near as without", async () => {
    const folder = await withVectors({ attention_bias: true, mlp_bias: true });
    const plain = await quantized(folder, { equalized: false });
    const { output, reports, kl } = await quantized(folder);
    expect(kl).toBeLessThan(2 * plain.kl);
    const after = openCheckpoint(output);
    const changed = after.tensors.filter(({ name }) => {
      const of = (model: Model): Float32Array => model.tensors.get(name)!.values;
      return String(of(decoder(folder))) !== String(of(decoder(output)));
    });
    const vectors = changed.filter(({ shape }) => shape.length === 1);
    expect(vectors.map(({ name, dtype }) => `${name} ${dtype}`).sort()).toEqual(
      [0, 1].flatMap((layer) =>
        ["mlp.up_proj", "self_attn.v_proj"].map(
          (part) => `model.layers.${layer}.${part}.bias BF16`,
        ),
      ),
    );
    after.close();
    // What the biases of values were divided by is what the columns of output were multiplied by, but for rounding to RF8.
    const [given, stored] = [decoder(folder), decoder(output)];
    for (const layer of [0, 1]) {
      const of = (model: Model, part: string): Float32Array =>
        model.tensors.get(`model.layers.${layer}.self_attn.${part}`)!.values;
      const column = (model: Model, k: number): Float32Array =>
        of(model, "o_proj.weight").filter((_, i) => i % 16 === k);
      for (let k = 0; k < 16; k++) {
        const row = 4 * Math.floor(k / 8) + (k % 4);
        const factor = of(given, "v_proj.bias")[row]! / of(stored, "v_proj.bias")[row]!;
        const [was, is] = [column(given, k), column(stored, k)];
        const dot = (a: Float32Array, b: Float32Array): number =>
          a.reduce((sum, x, i) => sum + x * b[i]!, 0);
        expect(Math.abs(dot(was, is) / dot(was, was) / factor - 1)).toBeLessThan(0.04);
      }
    }
    const ends = reports.map(({ name, equalized }) => `${name.split(".").at(-2)} ${equalized}`);
    expect(new Set(ends)).toEqual(
      new Set([
        ...["q_proj null", "k_proj null", "v_proj rows", "o_proj columns", "gate_proj null"],
        ...["up_proj rows", "down_proj columns", "embed_tokens null", "lm_head null"],
      ]),
    );
  });

  test("that keeps a matrix or a bias keeps it to the bit, and its pair with it", async () => {
    const folder = await withVectors({ attention_bias: true });
    const keep = ["*.0.mlp.down_proj.*", "*.1.self_attn.v_proj.bias"];
    const { output, reports, kl } = await quantized(folder, { keep });
    const [given, stored] = [decoder(folder), decoder(output)];
    for (const name of [
      "model.layers.0.mlp.down_proj.weight",
      "model.layers.1.self_attn.v_proj.bias",
    ])
      expect(stored.tensors.get(name)!.values).toEqual(given.tensors.get(name)!.values);
    const ends = reports.flatMap(({ name, equalized }) => (equalized ? [name] : []));
    expect(ends).toEqual([
      "model.layers.0.self_attn.v_proj.weight",
      "model.layers.0.self_attn.o_proj.weight",
      "model.layers.1.mlp.up_proj.weight",
      "model.layers.1.mlp.down_proj.weight",
    ]);
    const plain = await quantized(folder, { keep, equalized: false });
    expect(kl).toBeLessThan(2 * plain.kl);
  });

  test.each([
    ["fused", { model_type: "phi3", pad_token_id: 0 }],
    ["tied", { tie_word_embeddings: true, num_key_value_heads: 1 }],
  ])("%s is read back near its network, by any method", async (_, keys) => {
    const folder = fresh();
    await writeModel(folder, randomDecoder({ ...smallConfig, ...keys }, 3));
    for (const more of [{}, { method: "nearest" }, { target: "sequential" }] as const) {
      const plain = await quantized(folder, { ...more, equalized: false });
      const { kl } = await quantized(folder, more);
      expect(kl).toBeLessThan(2 * plain.kl);
    }
  });

  test("of llama2.c is one, too", async () => {
    const file = `${fresh()}.bin`;
    const shape = { dim: 12, hidden: 20, layers: 2, heads: 2, kvHeads: 1, vocab: 17, sequence: 24 };
    const random = seededRandom(4);
    await saveLlama2c(file, shape, (name, _, values) => {
      const middle = /norm/.test(name) ? 1 : 0;
      values.forEach((_, i) => {
        values[i] = middle + (1.4 * (random.next() >>> 0)) / 2 ** 32 - 0.7;
      });
    });
    const plain = await quantized(file, { equalized: false });
    const { kl, reports } = await quantized(file);
    expect(reports.filter(({ equalized }) => equalized)).toHaveLength(8);
    expect(kl).toBeLessThan(2 * plain.kl);
  });
});

describe("the command", () => {
  const rf8 = (...flags: string[]) =>
    spawnSync(process.execPath, [main, "quantize", ...flags], { encoding: "utf8" });

  test("says what it equalized, in the file format of today; distillation aims at the same network", async () => {
    const folder = await withVectors({ attention_bias: true, mlp_bias: true });
    const small = ["--equalize", "--sequences", "30", "--length", "9"];
    const [own, kept] = [fresh(), fresh()];
    const run = rf8(folder, "-o", own, ...small, "--distill", "60", "--json");
    expect([run.stderr, run.status]).toEqual(["", 0]);
    const { equalize: on, tensors, ...document } = JSON.parse(run.stdout);
    expect([on, document.method]).toEqual([true, "nearest"]);
    const ends = tensors.map((row: { equalized: string | null }) => row.equalized);
    expect(ends.filter((end: string | null) => end === "rows")).toHaveLength(4);
    expect(document.kl_distilled).toBeLessThan(document.kl_before_distillation);
    // Codes are counted as changed against the weights that they stand for.
    for (const { equalized, changed, shape } of tensors)
      if (equalized) expect(changed / shape[0] / shape[1]).toBeLessThan(0.5);
    const file = readFileSync(join(own, "model.safetensors"), "latin1");
    expect(/"rf8.version":"(.)"/.exec(file)?.[1]).toBe("1");
    const some = rf8(folder, "-o", kept, ...small, "--keep", "*.0.mlp.up_proj.weight");
    expect(some.stderr).toBe("");
    expect(some.stdout).toContain("of the equalized weights.\n");
    expect(some.stdout).toContain(
      "Equalized: 3 of 4 pairs of matrices; of the others a matrix or its bias is kept\n",
    );
  });

  test.each([
    [
      ["--scale", "row"],
      "--equalize has no use with --scale row, which has a factor for every row",
    ],
    [["--bits", "6"], "--equalize is for --bits 8"],
    [["--rounding", "paper"], "--rounding has no use with --method gptq, --scale row, --equalize"],
    [["--calibrate", "nowhere.txt"], "nowhere.txt"],
  ])("--equalize %j is refused and nothing is written", async (flags, problem) => {
    const [folder, output] = [fresh(), fresh()];
    await writeModel(folder, randomDecoder(smallConfig, 3));
    const run = rf8(folder, "-o", output, "--equalize", ...flags);
    expect(run.stderr).toContain(problem);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect([run.status === 0, existsSync(output)]).toEqual([false, false]);
  });
});
