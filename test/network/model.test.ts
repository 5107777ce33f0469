import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { quantizeCheckpoint } from "../../src/checkpoint/index.ts";
import { decode } from "../../src/format/index.ts";
import {
  characterTokenizer,
  type DecoderConfig,
  DecoderSession,
  type Model,
  type ModelTensor,
  readModel,
  writeModel,
} from "../../src/network/index.ts";
import { defaults, scratchFolder, writeFloats } from "../checkpoint/files.ts";
import { configOf, randomDecoder, smallConfig } from "./random-decoder.ts";

const root = scratchFolder();
const fresh = (): string => join(mkdtempSync(join(root, "case-")), "model");

const contents = ({ tensors }: Model): Record<string, [readonly number[], number[]]> =>
  Object.fromEntries([...tensors].map(([name, { shape, values }]) => [name, [shape, [...values]]]));

const architectures = ["LlamaForCausalLM"];

test.each([
  { ...smallConfig, architectures },
  { ...smallConfig, architectures, tie_word_embeddings: true },
])("a model is read back as it was written", async (config) => {
  const folder = fresh();
  const model = { ...randomDecoder(config), tokenizer: characterTokenizer([..."\n abcdé😀"]) };
  await writeModel(folder, model);
  expect(readdirSync(folder).sort()).toEqual([
    "config.json",
    "model.safetensors",
    "tokenizer.json",
  ]);
  const read = readModel(folder);
  expect(read.config).toEqual(configOf(config));
  expect(contents(read)).toEqual(contents(model));
  expect(read.tokenizer?.json).toEqual(model.tokenizer.json);
  expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).toMatchObject({
    architectures,
  });
  await expect(writeModel(folder, model)).rejects.toThrow("is not an empty folder");
});

test.each(["tensor", "channel"] as const)(
  "a folder quantized per %s is a model whose codes decode to its values",
  async (granularity) => {
    const [floats, folder] = [fresh(), fresh()];
    await writeModel(floats, randomDecoder());
    await quantizeCheckpoint(floats, folder, { ...defaults, granularity });
    const read = readModel(folder);
    expect(read.config).toEqual(configOf());
    for (const [name, { shape, values, rf8 }] of read.tensors) {
      if (shape.length === 1) {
        expect(rf8).toBeUndefined();
        continue;
      }
      expect(rf8!.biases.length, name).toBe(granularity === "tensor" ? 1 : shape[0]);
      const expected = [...rf8!.codes].map((code, i) =>
        decode(code, rf8!.biases[granularity === "tensor" ? 0 : Math.floor(i / shape[1]!)]!),
      );
      expect([...values]).toEqual(expected);
    }
  },
);

/** A tensor of a model as a checkpoint of llama2.c's rows has it: the halves of each head interleaved. */
function neighbours({ shape, values }: ModelTensor, head: number): ModelTensor {
  const columns = shape[1]!;
  const result = new Float32Array(values.length);
  for (let row = 0; row < shape[0]!; row++) {
    const [start, i] = [row - (row % head), row % head];
    const place = start + (i < head / 2 ? 2 * i : 2 * (i - head / 2) + 1);
    result.set(values.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return { shape, values: result };
}

test("what is written is float32, whatever the network was stored as", async () => {
  const folder = fresh();
  const keys = { torch_dtype: "bfloat16", quantization_config: { quant_method: "fp8" } };
  const model = randomDecoder({ ...smallConfig, ...keys });
  await writeModel(folder, {
    ...model,
    config: { ...model.config, json: { ...smallConfig, ...keys } },
  });
  const written = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  expect(written).toEqual({ ...smallConfig, torch_dtype: "float32" });
  expect([...readModel(folder).tensors.keys()]).toEqual([...model.tensors.keys()]);
});

test("a folder whose metadata says rf8.rope adjacent gives the same logits, in floats and in RF8", async () => {
  const config = { ...smallConfig, head_dim: 6 };
  const model = randomDecoder(config, 5);
  const tensors = [...model.tensors].map(([name, tensor]) => {
    const stored = /[qk]_proj/.test(name) ? neighbours(tensor, 6) : tensor;
    return [name, { shape: stored.shape, data: stored.values }] as const;
  });
  const [adjacent, halves] = [fresh(), fresh()];
  mkdirSync(adjacent);
  writeFloats(join(adjacent, "model.safetensors"), Object.fromEntries(tensors), {
    "rf8.rope": "adjacent",
  });
  writeFileSync(join(adjacent, "config.json"), JSON.stringify(config));
  expect(contents(readModel(adjacent))).toEqual(contents(model));

  await writeModel(halves, model);
  const [a, b] = [fresh(), fresh()];
  await quantizeCheckpoint(adjacent, a, { ...defaults, granularity: "channel" });
  await quantizeCheckpoint(halves, b, { ...defaults, granularity: "channel" });
  const [read, expected] = [readModel(a), readModel(b)];
  for (const [name, { rf8 }] of expected.tensors)
    expect(read.tensors.get(name)!.rf8, name).toEqual(rf8);
  const logits = [read, expected].map((one) =>
    new DecoderSession(one as Model<DecoderConfig>).next(2),
  );
  expect(logits[0]).toEqual(logits[1]);
});

/** A folder with a small Llama in which some tensors are others. */
function folderWith(changes: Record<string, { shape: number[]; data: Float32Array } | undefined>) {
  const folder = fresh();
  mkdirSync(folder);
  writeFileSync(join(folder, "config.json"), JSON.stringify(smallConfig));
  const given = [...randomDecoder().tensors].map(
    ([name, { shape, values }]) => [name, { shape, data: values }] as const,
  );
  const tensors = Object.entries({ ...Object.fromEntries(given), ...changes });
  const kept = tensors.flatMap(([name, tensor]) => (tensor ? [[name, tensor] as const] : []));
  writeFloats(join(folder, "model.safetensors"), Object.fromEntries(kept));
  return folder;
}

const up = "model.layers.1.mlp.up_proj.weight";
const withNan = new Float32Array(12).fill(1);
withNan[7] = Number.NaN;

test.each([
  [{ [up]: undefined }, `tensor "${up}" is missing; config.json asks for shape [20, 12]`],
  [
    { [up]: { shape: [12, 20], data: new Float32Array(240) } },
    `tensor "${up}" has shape [12, 20]; config.json asks for shape [20, 12]`,
  ],
  [{ "lm_head.weight": undefined }, 'tensor "lm_head.weight" is missing; config.json asks for'],
  [
    { "model.norm.weight": { shape: [12], data: withNan } },
    'tensor "model.norm.weight": index 7 is NaN as float32; a network needs finite weights',
  ],
])("refuses %j", (changes, message) => {
  expect(() => readModel(folderWith(changes))).toThrow(message);
});

test("rotary tables of earlier versions are left out, anything else unused is refused", () => {
  const buffer = { shape: [2], data: Float32Array.of(1, 2) };
  const folder = folderWith({ "model.layers.0.self_attn.rotary_emb.inv_freq": buffer });
  expect([...readModel(folder).tensors.keys()].some((name) => name.includes("inv_freq"))).toBe(
    false,
  );
  const bias = (layer: number): string => `model.layers.${layer}.self_attn.q_proj.bias`;
  expect(() => readModel(folderWith({ [bias(0)]: buffer, [bias(1)]: buffer }))).toThrow(
    `tensor "${bias(0)}", like 1 more, is not one that config.json asks for; it would go unused`,
  );
});

/** A folder with a small Llama whose tensors have other names. */
function renamed(
  rename: (name: string) => string,
  config: Readonly<Record<string, unknown>> = smallConfig,
): string {
  const folder = fresh();
  mkdirSync(folder);
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const tensors = [...randomDecoder(config).tensors].map(
    ([name, { shape, values }]) => [rename(name), { shape, data: values }] as const,
  );
  writeFloats(join(folder, "model.safetensors"), Object.fromEntries(tensors));
  return folder;
}

const tiedConfig = { ...smallConfig, tie_word_embeddings: true };

test.each([
  ["data parallel", (name: string) => `module.${name}`],
  ["torch.compile", (name: string) => `_orig_mod.${name}`],
  ["both", (name: string) => `module._orig_mod.${name}`],
  ["compiled layers", (name: string) => name.replace(/(layers\.\d+)\./, "$1._orig_mod.")],
  ["a base model", (name: string) => name.replace(/^model\./, "")],
  ["the text part of another model", (name: string) => `language_model.${name}`],
])("names of %s are read", (_, rename) => {
  for (const config of [smallConfig, tiedConfig])
    expect(contents(readModel(renamed(rename, config)))).toEqual(contents(randomDecoder(config)));
});

test("two tensors of one name are refused", () => {
  const norm = { shape: [12], data: new Float32Array(12).fill(1) };
  expect(() => readModel(folderWith({ "module.model.norm.weight": norm }))).toThrow(
    'tensors "model.norm.weight" and "module.model.norm.weight" are both "model.norm.weight"',
  );
});

describe("tied weights, as transformers 5 decides", () => {
  const embedding = "model.embed_tokens.weight";
  const folderOf = (change: (tensors: Map<string, ModelTensor>) => void): string => {
    const folder = fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), JSON.stringify(tiedConfig));
    const tensors = new Map(randomDecoder(tiedConfig).tensors);
    change(tensors);
    const floats = [...tensors].map(
      ([name, { shape, values }]) => [name, { shape, data: values }] as const,
    );
    writeFloats(join(folder, "model.safetensors"), Object.fromEntries(floats));
    return folder;
  };

  test("a classifier that equals the embedding is it", () => {
    const folder = folderOf((tensors) => tensors.set("lm_head.weight", tensors.get(embedding)!));
    const model = readModel(folder);
    expect(model.config).toMatchObject({ tie_word_embeddings: true });
    expect(model.tensors.has("lm_head.weight")).toBe(false);
    expect(model.warnings).toBeUndefined();
  });

  test("one that differs is used, and that is said", () => {
    const folder = folderOf((tensors) => {
      const { shape, values } = tensors.get(embedding)!;
      tensors.set("lm_head.weight", { shape, values: values.map((value) => value + 1) });
    });
    const model = readModel(folder);
    expect(model.config).toMatchObject({ tie_word_embeddings: false });
    expect(model.tensors.get("lm_head.weight")!.values).not.toEqual(
      model.tensors.get(embedding)!.values,
    );
    expect(model.warnings).toEqual([
      `${folder}: tie_word_embeddings is true, but lm_head.weight differs from ${embedding}; both are used`,
    ]);
  });

  test("where only the classifier is stored, it is the embedding too", () => {
    const folder = folderOf((tensors) => {
      tensors.set("lm_head.weight", tensors.get(embedding)!);
      tensors.delete(embedding);
    });
    expect(contents(readModel(folder))).toEqual(contents(randomDecoder(tiedConfig)));
  });
});

test.each([
  [{ eos_token_id: 2 }, undefined, [2]],
  [{ eos_token_id: [2, 5] }, undefined, [2, 5]],
  [{ eos_token_id: 2 }, { eos_token_id: [7] }, [7]],
  [{}, {}, []],
])("texts end at the tokens of %j and %j", (config, generation, expected) => {
  const folder = folderWith({});
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...smallConfig, ...config }));
  if (generation) writeFileSync(join(folder, "generation_config.json"), JSON.stringify(generation));
  expect(readModel(folder).stop).toEqual(expected);
});

test("what is no model is refused in one line", () => {
  const folder = fresh();
  mkdirSync(folder);
  expect(() => readModel(folder)).toThrow("holds no config.json");
  writeFileSync(join(folder, "x.safetensors"), "");
  expect(() => readModel(join(folder, "x.safetensors"))).toThrow("is no model; a folder with");
});

test("an MLP folder: layers must fit one another", () => {
  const folder = fresh();
  mkdirSync(folder);
  const write = (second: number[]): void => {
    const size = second.reduce((a, b) => a * b, 1);
    writeFloats(join(folder, "model.safetensors"), {
      a: { shape: [2, 3], data: new Float32Array(6) },
      b: { shape: [2], data: new Float32Array(2) },
      c: { shape: second, data: new Float32Array(size) },
    });
  };
  const layers = [{ weight: "a", bias: "b", activation: "relu" }, { weight: "c" }];
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "mlp", layers }));
  write([4, 2]);
  expect([...readModel(folder).tensors.keys()]).toEqual(["a", "b", "c"]);
  write([4, 3]);
  expect(() => readModel(folder)).toThrow(
    '"c" has shape [4, 3]; config.json asks for shape [4, 2]',
  );
  write([8]);
  expect(() => readModel(folder)).toThrow('"c" has shape [8]; config.json asks for shape [8, 2]');
});
