import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readGguf } from "../../src/checkpoint/gguf/gguf.ts";
import {
  CheckpointError,
  inspectCheckpoint,
  openCheckpoint,
  quantizeCheckpoint,
} from "../../src/checkpoint/index.ts";
import { bfloat16ToNumber, float16ToNumber, seededRandom } from "../../src/format/index.ts";
import { ggufModel } from "../../src/network/gguf-model.ts";
import {
  type DecoderConfig,
  DecoderSession,
  type Model,
  promptOf,
  readModel,
  writeModel,
} from "../../src/network/index.ts";
import { quantizeModel } from "../../src/quantize/index.ts";
import { defaults, scratchFolder, values } from "../checkpoint/files.ts";
import { gguf, type Tensor, type Value } from "../checkpoint/gguf-file.ts";
import { main } from "../cli/run.ts";
import { randomDecoder, smallConfig } from "./random-decoder.ts";

const folder = scratchFolder();
const path = (name: string): string => join(folder, name);

const sizes = {
  ...smallConfig,
  hidden_size: 32,
  intermediate_size: 64,
  head_dim: 8,
  vocab_size: 64,
};

const parts: Record<string, string> = {
  input_layernorm: "attn_norm",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.o_proj": "attn_output",
  post_attention_layernorm: "ffn_norm",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
};
const ggufName = (name: string): string => {
  const [, layer, part, end] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
  if (layer !== undefined) return `blk.${layer}.${parts[part!]}.${end}`;
  return name
    .replace("model.embed_tokens", "token_embd")
    .replace("model.norm", "output_norm")
    .replace("lm_head", "output");
};

/** Rows of q and k as llama.cpp has them for Llama: the halves of each head interleaved. */
function interleaved(floats: Float32Array, columns: number, head: number): Float32Array {
  const result = new Float32Array(floats.length);
  for (let row = 0; row * columns < floats.length; row++) {
    const [start, i] = [row - (row % head), row % head];
    const place = start + (i < head / 2 ? 2 * i : 2 * (i - head / 2) + 1);
    result.set(floats.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return result;
}

const bytesOf = (floats: Float32Array): Uint8Array => new Uint8Array(floats.slice().buffer);

function tensorsOf(model: Model, adjacent: boolean): Tensor[] {
  return [...model.tensors].map(([name, { shape, values: floats }]) => {
    const stored =
      adjacent && /[qk]_proj\.weight/.test(name) ? interleaved(floats, shape[1]!, 8) : floats;
    return { name: ggufName(name), shape, type: 0, bytes: bytesOf(stored) };
  });
}

const of = (architecture: string, changes: Record<string, Value> = {}): Record<string, Value> => {
  const u32 = (value: number): Value => ({ type: "u32", value });
  const entries: Record<string, Value> = {
    block_count: u32(2),
    context_length: u32(24),
    embedding_length: u32(32),
    feed_forward_length: u32(64),
    "attention.head_count": u32(4),
    "attention.head_count_kv": u32(2),
    "attention.layer_norm_rms_epsilon": { type: "f32", value: Math.fround(1e-5) },
    "rope.freq_base": { type: "f32", value: 100 },
    "rope.dimension_count": u32(8),
  };
  return {
    "general.architecture": { type: "string", value: architecture },
    ...Object.fromEntries(Object.entries(entries).map(([key, v]) => [`${architecture}.${key}`, v])),
    "tokenizer.ggml.bos_token_id": u32(1),
    "tokenizer.ggml.eos_token_id": u32(2),
    ...changes,
  };
};

const contents = ({ tensors }: Model): unknown =>
  Object.fromEntries([...tensors].map(([name, { shape, values: v }]) => [name, [shape, [...v]]]));
const logits = (model: Model): number[] => {
  const session = new DecoderSession(model as Model<DecoderConfig>);
  return [3, 9, 1, 40].flatMap((token) => [...session.next(token)]);
};

test.each([
  ["llama", true],
  ["llama", false],
  ["qwen2", true],
] as const)("%s is the network of the folder, tied %s", (architecture, tied) => {
  const model = randomDecoder({ ...sizes, model_type: architecture, tie_word_embeddings: tied });
  if (architecture === "qwen2") expect([...model.tensors.keys()].join()).toContain("q_proj.bias");
  writeFileSync(path("m.gguf"), gguf(of(architecture), tensorsOf(model, architecture === "llama")));
  const read = readModel(path("m.gguf"));
  expect(contents(read)).toEqual(contents(model));
  expect(read.stop).toEqual([2]);
  // The epsilon is a float32 in the file.
  const expected = logits(model);
  for (const [i, logit] of logits(read).entries()) expect(logit).toBeCloseTo(expected[i]!, 5);
});

test("rf8 quantize makes a folder of it, that of the same network's folder", async () => {
  const model = randomDecoder({ ...sizes, rms_norm_eps: Math.fround(1e-5) });
  writeFileSync(path("q.gguf"), gguf(of("llama"), tensorsOf(model, true)));
  const run = spawnSync(process.execPath, [main, "quantize", path("q.gguf"), "-o", path("q-rf8")]);
  expect(run.stderr.toString()).toBe("");
  await writeModel(path("floats"), model);
  await quantizeCheckpoint(path("floats"), path("floats-rf8"), defaults);
  const [written, expected] = [readModel(path("q-rf8")), readModel(path("floats-rf8"))];
  expect(written.stop).toEqual([2]);
  for (const [name, { rf8, values: floats }] of expected.tensors) {
    expect(written.tensors.get(name)!.rf8, name).toEqual(rf8);
    expect(written.tensors.get(name)!.values, name).toEqual(floats);
  }
});

test.each(["llama", "qwen2"] as const)(
  "equalized codes of %s are those of the folder, biases too",
  async (architecture) => {
    const model = randomDecoder({
      ...sizes,
      model_type: architecture,
      rms_norm_eps: Math.fround(1e-5),
    });
    const file = path(`equal-${architecture}.gguf`);
    writeFileSync(file, gguf(of(architecture), tensorsOf(model, architecture === "llama")));
    const floats = path(`equal-${architecture}`);
    await writeModel(floats, model);
    const sequences = [[3, 9, 1, 40, 17, 6, 2, 33]];
    const options = { method: "gptq", scale: "none", bits: 8, equalized: true } as const;
    const [written, expected] = await Promise.all(
      [file, floats].map(async (input) => {
        const read = readModel(input) as Model<DecoderConfig>;
        const reports = await quantizeModel(
          { input, model: read, output: `${input}-rf8`, sequences },
          options,
        );
        expect(reports.filter(({ equalized }) => equalized)).toHaveLength(8);
        return readModel(`${input}-rf8`);
      }),
    );
    for (const [name, { rf8, values: floats }] of expected!.tensors) {
      expect(written!.tensors.get(name)!.rf8, name).toEqual(rf8);
      expect(written!.tensors.get(name)!.values, name).toEqual(floats);
    }
  },
);

describe("types of weights", () => {
  const random = seededRandom(3);
  const byte = (): number => (random.next() >>> 0) & 255;
  const scale = (): number => 0x2c00 + ((random.next() >>> 0) & 0x3ff);
  const bitsAt = (block: DataView, at: number, i: number): number =>
    (block.getUint8(at + (i % 16)) >> (i < 16 ? 0 : 4)) & 15;
  const half = (block: DataView, at: number): number => float16ToNumber(block.getUint16(at, true));
  const fifth = (block: DataView, at: number, i: number): number =>
    (block.getUint32(at, true) >>> i) & 1;
  /** ggml's rules, a weight at a time. */
  const kinds = [
    [2, "Q4_0", 18, (b: DataView, i: number) => half(b, 0) * (bitsAt(b, 2, i) - 8)],
    [3, "Q4_1", 20, (b: DataView, i: number) => half(b, 0) * bitsAt(b, 4, i) + half(b, 2)],
    [
      6,
      "Q5_0",
      22,
      (b: DataView, i: number) => half(b, 0) * (bitsAt(b, 6, i) + 16 * fifth(b, 2, i) - 16),
    ],
    [
      7,
      "Q5_1",
      24,
      (b: DataView, i: number) => half(b, 0) * (bitsAt(b, 8, i) + 16 * fifth(b, 4, i)) + half(b, 2),
    ],
    [8, "Q8_0", 34, (b: DataView, i: number) => half(b, 0) * b.getInt8(2 + i)],
  ] as const;

  test.each(kinds)("type %d, %s", async (type, name, size, value) => {
    const blocks = Array.from({ length: 6 }, () => {
      const block = Buffer.from(Array.from({ length: size }, byte));
      block.writeUInt16LE(scale(), 0);
      if (name.endsWith("1")) block.writeUInt16LE(scale(), 2);
      return block;
    });
    writeFileSync(
      path("b.gguf"),
      gguf({}, [{ name: "w", shape: [3, 64], type, bytes: Buffer.concat(blocks) }]),
    );
    const expected = blocks.flatMap((block) => {
      const view = new DataView(block.buffer, block.byteOffset, block.length);
      return Array.from({ length: 32 }, (_, i) => Math.fround(value(view, i)));
    });
    expect(values(path("b.gguf"), "w")).toEqual(expected);
    const checkpoint = openCheckpoint(path("b.gguf"));
    const pieces = Array.from(checkpoint.chunks(checkpoint.tensors[0]!, 130), (chunk) => [
      ...new Float32Array(chunk.slice().buffer),
    ]);
    checkpoint.close();
    expect([pieces.length, pieces.flat()]).toEqual([6, expected]);
    const [report] = await inspectCheckpoint(path("b.gguf"));
    expect([report!.dtype, report!.elements]).toEqual([name, 192]);
  });

  test.each([
    [1, float16ToNumber],
    [30, bfloat16ToNumber],
  ])("type %d", (type, toNumber) => {
    const bits = Uint16Array.of(0x3c00, 0xbf80, 0x1234, 0);
    writeFileSync(
      path("h.gguf"),
      gguf({}, [{ name: "w", shape: [2, 2], type, bytes: new Uint8Array(bits.buffer) }]),
    );
    expect(values(path("h.gguf"), "w").map(toNumber)).toEqual([...bits].map(toNumber));
  });
});

describe("tokenizers", () => {
  const strings = (value: readonly string[]): Value => ({ type: "strings", value });
  const model = randomDecoder(sizes);
  const tokenized = (changes: Record<string, Value>) => {
    const file = gguf(of("llama", changes), tensorsOf(model, true));
    writeFileSync(path("t.gguf"), file);
    return readModel(path("t.gguf")) as Model<DecoderConfig>;
  };

  test("byte-level BPE: merges, control tokens, the token to begin with", async () => {
    const tokens = ["H", "<|bos|>", "<|eot|>", "i", "Ġ", "Hi", "1", "12", "123"];
    const changes = {
      "tokenizer.ggml.model": { type: "string", value: "gpt2" },
      "tokenizer.ggml.pre": { type: "string", value: "llama-bpe" },
      "tokenizer.ggml.tokens": strings(tokens),
      "tokenizer.ggml.merges": strings(["H i"]),
      "tokenizer.ggml.token_type": { type: "i32s", value: [1, 3, 3, 1, 1, 1, 1, 1, 1] },
    } as const;
    const read = tokenized(changes);
    expect(promptOf(read, "Hi i<|eot|>H")).toEqual([1, 5, 4, 3, 2, 0]);
    expect(read.tokenizer!.decode([1, 5, 4, 3, 2])).toBe("Hi i");
    const without = { ...changes, "tokenizer.ggml.add_bos_token": { type: "bool", value: false } };
    expect(promptOf(tokenized(without as Record<string, Value>), "Hi")).toEqual([5]);
    // A folder made of it begins texts in the same way.
    for (const [name, settings] of [
      ["with", changes],
      ["without", without as Record<string, Value>],
    ] as const) {
      const model = tokenized(settings);
      await writeModel(path(`bos-${name}`), model);
      const folder = readModel(path(`bos-${name}`)) as Model<DecoderConfig>;
      expect(promptOf(folder, "Hi")).toEqual(promptOf(model, "Hi"));
    }
    expect(() =>
      tokenized({ ...changes, "tokenizer.ggml.pre": { type: "string", value: "other" } }),
    ).toThrow('tokenizer.ggml.pre is "other"; default,');
  });

  test("SentencePiece: scores order merges, unknown characters become bytes", () => {
    const bytes = Array.from({ length: 3 }, (_, i) => ["<0xC3>", "<0xA9>", "<0x0A>"][i]!);
    const tokens = ["<unk>", "<s>", "</s>", ...bytes, "▁", "a", "b", "ab", "▁a"];
    const read = tokenized({
      "tokenizer.ggml.model": { type: "string", value: "llama" },
      "tokenizer.ggml.tokens": strings(tokens),
      "tokenizer.ggml.scores": { type: "f32s", value: [0, 0, 0, 0, 0, 0, -9, -9, -9, -1, -2] },
      "tokenizer.ggml.token_type": { type: "i32s", value: [2, 3, 3, 6, 6, 6, 1, 1, 1, 1, 1] },
    });
    expect(promptOf(read, "ab aé")).toEqual([1, 6, 9, 10, 3, 4]);
    expect(read.tokenizer!.decode([1, 6, 9, 10, 3, 4])).toBe("ab aé");
  });
});

function refusal(bytes: Uint8Array, name = "bad.gguf"): string {
  writeFileSync(path(name), bytes);
  try {
    readModel(path(name));
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

describe("what does not hold together is refused", () => {
  const model = randomDecoder(sizes);
  const tensors = tensorsOf(model, true);
  test.each([
    ["another architecture", () => gguf(of("rwkv"), tensors), 'general.architecture is "rwkv"'],
    ["version", () => gguf(of("llama"), tensors, 1), "is GGUF of version 1; 2 and 3 are known"],
    [
      "a key without use",
      () => gguf(of("llama", { "llama.magic": { type: "u32", value: 7 } }), tensors),
      "llama.magic is 7; it is not supported",
    ],
    [
      "experts",
      () => gguf(of("llama", { "llama.expert_count": { type: "u32", value: 8 } }), tensors),
      "llama.expert_count is 8",
    ],
    [
      "half a head turned",
      () => gguf(of("llama", { "llama.rope.dimension_count": { type: "u32", value: 4 } }), tensors),
      "llama.rope.dimension_count is 4; heads have 8",
    ],
    [
      "a type",
      () => gguf(of("llama"), [{ ...tensors[0]!, type: 14 }]),
      "its type is Q6_K; F32, F16, Q4_0,",
    ],
    [
      "blocks",
      () => gguf({}, [{ name: "w", shape: [3, 16], type: 8, bytes: new Uint8Array(51) }]),
      "rows of 16 are no whole blocks of 32",
    ],
    ["truncated", () => gguf(of("llama"), tensors).subarray(0, -64), "it is truncated"],
    [
      "a tensor beyond its name",
      () =>
        gguf(of("llama"), [
          ...tensors,
          { name: "rope_freqs.weight", shape: [4], type: 0, bytes: new Uint8Array(16) },
        ]),
      'tensor "rope_freqs.weight" is not one that config.json asks for',
    ],
    [
      "a zip archive",
      () => Buffer.from("PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa"),
      "is a zip archive",
    ],
  ])("%s", (_, bytes, message) => {
    expect(refusal(bytes())).toContain(message);
  });
});

/** Mutated files; HOSTILE_FILES=100000 runs them all. */
const MUTATIONS = Number(process.env.HOSTILE_FILES ?? 4000);

test(`${MUTATIONS} mutated GGUF files are read or refused, and nothing else`, () => {
  const source = gguf(
    of("llama", {
      "tokenizer.ggml.model": { type: "string", value: "gpt2" },
      "tokenizer.ggml.tokens": { type: "strings", value: ["H", "<|b|>", "i", "Hi"] },
      "tokenizer.ggml.merges": { type: "strings", value: ["H i"] },
      "tokenizer.ggml.token_type": { type: "i32s", value: [1, 3, 1, 1] },
      big: { type: "u64", value: 9 },
    }),
    [
      { name: "token_embd.weight", shape: [2, 32], type: 8, bytes: new Uint8Array(68) },
      { name: "output_norm.weight", shape: [32], type: 0, bytes: new Uint8Array(128) },
    ],
  );
  const header = source.length - 96 - 128;
  const random = seededRandom(11);
  const below = (n: number): number => (random.next() >>> 0) % n;
  const counts = { read: 0, refused: 0 };
  for (let i = 0; i < MUTATIONS; i++) {
    const bytes = Buffer.from(
      source.subarray(0, below(8) === 0 ? below(source.length) : undefined),
    );
    for (let change = below(4); change >= 0; change--) {
      const at = below(Math.max(1, Math.min(header, bytes.length - 8)));
      if (bytes.length < 16) break;
      if (below(3) === 0)
        bytes.writeBigUInt64LE(
          [0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n][below(6)]!,
          at,
        );
      else bytes[at] = below(256);
    }
    const file = {
      path: "m.gguf",
      size: bytes.length,
      read(position: number, into: Uint8Array): void {
        if (position < 0 || position + into.length > bytes.length)
          throw new Error(`a read outside the file: ${position}, ${into.length}`);
        into.set(bytes.subarray(position, position + into.length));
      },
    };
    try {
      const read = readGguf(file);
      for (const { computed, elements } of read.tensors)
        computed?.read(0, new Float32Array(elements), (_, at, into) => file.read(at, into));
      ggufModel("m.gguf", read);
      counts.read++;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      counts.refused++;
    }
  }
  expect(counts.read).toBeGreaterThan(MUTATIONS / 100);
  expect(counts.refused).toBeGreaterThan(MUTATIONS / 10);
});
