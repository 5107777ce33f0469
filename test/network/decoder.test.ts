import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DecoderConfig,
  DecoderSession,
  decoderTensors,
  floatLayers,
  generate,
  greedy,
  isDecoder,
  type LinearLayers,
  type Model,
  readModel,
  sampling,
} from "../../src/network/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { naiveLogits } from "./naive-decoder.ts";
import { configOf, randomDecoder, smallConfig } from "./random-decoder.ts";

const scratch = scratchFolder();

/** The logits after every token. */
const logitsOf = (session: DecoderSession, tokens: readonly number[]): number[][] =>
  tokens.map((token) => [...session.next(token)]);

function expectClose(found: number[][], expected: number[][]): void {
  found.forEach((row, t) => {
    row.forEach((logit, id) => {
      expect(Math.abs(logit - expected[t]![id]!)).toBeLessThan(2e-5);
    });
  });
}

const shape = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  keyHeads: fc.integer({ min: 1, max: 3 }),
  half: fc.integer({ min: 1, max: 3 }),
  hidden: fc.integer({ min: 2, max: 13 }),
  tied: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1000 }),
});

test("token by token with a cache is the definition on the whole sequence", () => {
  fc.assert(
    fc.property(
      shape,
      fc.array(fc.nat(16), { minLength: 1, maxLength: 24 }),
      ({ groups, keyHeads, half, hidden, tied, seed }, tokens) => {
        const config = {
          ...smallConfig,
          num_attention_heads: groups * keyHeads,
          num_key_value_heads: keyHeads,
          head_dim: 2 * half,
          hidden_size: hidden,
          tie_word_embeddings: tied,
        };
        const model = randomDecoder(config, seed);
        expectClose(logitsOf(new DecoderSession(model), tokens), naiveLogits(model, tokens));
      },
    ),
    { numRuns: 60 },
  );
});

test("a session forgets the sequence, and refuses what it cannot read", () => {
  const session = new DecoderSession(randomDecoder());
  const tokens = [1, 5, 9, 3];
  const first = logitsOf(session, tokens);
  session.reset();
  expect(logitsOf(session, tokens)).toEqual(first);
  for (const token of [-1, 17, 1.5])
    expect(() => session.next(token)).toThrow(`token ${token}: ids are 0 to 16`);
  for (let i = tokens.length; i < smallConfig.max_position_embeddings; i++) session.next(0);
  expect(session.position).toBe(24);
  expect(() => session.next(0)).toThrow("the model reads at most 24 tokens");
});

test("every matrix goes through the interface once a token, and nothing else does", () => {
  const model = randomDecoder();
  const inner = floatLayers(model);
  const asked: string[] = [];
  const layers: LinearLayers = {
    apply(name, input, output) {
      expect(model.tensors.get(name)!.shape).toEqual([output.length, input.length]);
      asked.push(name);
      inner.apply(name, input, output);
    },
  };
  new DecoderSession(model, layers).next(3);
  const matrices = [...decoderTensors(configOf())]
    .filter(([name, dimensions]) => dimensions.length === 2 && !name.includes("embed_tokens"))
    .map(([name]) => name);
  expect(asked.sort()).toEqual(matrices.sort());
});

/** llama2.c's file of a model: rows of q and k with the two halves of each head interleaved. */
function llama2c({ config, tensors }: Model<DecoderConfig>): Buffer {
  const { head_dim: head, num_hidden_layers: layers } = config;
  const interleaved = (name: string): number[] => {
    const { shape, values } = tensors.get(name)!;
    const columns = shape[1]!;
    const heads = Array.from({ length: shape[0]! / head }, (_, h) => h * head);
    return heads
      .flatMap((start) =>
        Array.from({ length: head / 2 }, (_, i) => [start + i, start + i + head / 2]).flat(),
      )
      .flatMap((row) => [...values.slice(row * columns, (row + 1) * columns)]);
  };
  const plain = (name: string): number[] => [...tensors.get(name)!.values];
  const each = (part: string, of: (name: string) => number[]): number[] =>
    Array.from({ length: layers }, (_, layer) => of(`model.layers.${layer}.${part}.weight`)).flat();
  const floats = [
    plain("model.embed_tokens.weight"),
    each("input_layernorm", plain),
    each("self_attn.q_proj", interleaved),
    each("self_attn.k_proj", interleaved),
    each("self_attn.v_proj", plain),
    each("self_attn.o_proj", plain),
    each("post_attention_layernorm", plain),
    each("mlp.gate_proj", plain),
    each("mlp.down_proj", plain),
    each("mlp.up_proj", plain),
    plain("model.norm.weight"),
    new Array<number>(config.max_position_embeddings * head).fill(0),
    plain("lm_head.weight"),
  ].flat();
  const header = [
    ...[config.hidden_size, config.intermediate_size, layers, config.num_attention_heads],
    ...[config.num_key_value_heads, -config.vocab_size, config.max_position_embeddings],
  ];
  return Buffer.concat([
    Buffer.from(Int32Array.from(header).buffer),
    Buffer.from(Float32Array.from(floats).buffer),
  ]);
}

test("llama2.c's rotary pairs of neighbours give the logits of Hugging Face's halves", () => {
  const config = { ...smallConfig, head_dim: 4, hidden_size: 16, rope_theta: 10000 };
  const model = randomDecoder(config, 3);
  const path = join(scratch, "neighbours.bin");
  writeFileSync(path, llama2c(model));
  const read = readModel(path);
  const { json: _, ...found } = read.config as DecoderConfig;
  const { json: __, ...expected } = configOf(config);
  expect(found).toEqual(expected);
  expect(isDecoder(read)).toBe(true);
  for (const [name, { values }] of model.tensors)
    expect(read.tensors.get(name)!.values, name).toEqual(values);
});

test("greedy takes the likeliest; sampling follows the softmax and repeats with its seed", () => {
  const model = randomDecoder();
  const take = (choose: typeof greedy): number[] => {
    const tokens: number[] = [];
    for (const token of generate(new DecoderSession(model), [1, 4], choose)) {
      tokens.push(token);
      if (tokens.length === 12) return tokens;
    }
    return tokens;
  };
  const best = take(greedy);
  const logits = naiveLogits(model, [1, 4, ...best.slice(0, -1)]).slice(1);
  expect(best).toEqual(logits.map((row) => row.indexOf(Math.max(...row))));
  expect(take(sampling({ temperature: 1, seed: 7 }))).toEqual(
    take(sampling({ temperature: 1, seed: 7 })),
  );
  expect(take(sampling({ temperature: 1, seed: 7 }))).not.toEqual(
    take(sampling({ temperature: 1, seed: 8 })),
  );

  const chances = [0.5, 0.25, 0.125, 0.125];
  const scaled = Float32Array.from(chances, (p) => 2 * Math.log(p));
  const choose = sampling({ temperature: 2, seed: 1 });
  const seen = [0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) seen[choose(scaled)]! += 1;
  chances.forEach((p, id) => {
    // Five standard deviations of a binomial count.
    expect(Math.abs(seen[id]! - 40_000 * p)).toBeLessThan(5 * Math.sqrt(40_000 * p * (1 - p)));
  });
});

test("a long prompt is read in pieces, and beyond the length nothing is read", () => {
  const model = randomDecoder({ ...smallConfig, max_position_embeddings: 400 });
  const tokens = Array.from({ length: 300 }, (_, i) => (i * i) % 17);
  const [one, all] = [new DecoderSession(model), new DecoderSession(model, undefined, 300)];
  let expected = new Float32Array();
  for (const token of tokens) expected = one.next(token).slice();
  all.readAll(tokens).forEach((logit, id) => {
    expect(Math.abs(logit - expected[id]!)).toBeLessThan(1e-5);
  });
  expect(all.position).toBe(300);
  expect(() => all.next(1)).toThrow("the model reads at most 300 tokens");
});
