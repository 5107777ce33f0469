import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckpointError } from "../../src/checkpoint/index.ts";
import { readConfig } from "../../src/network/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";

const root = scratchFolder();

function written(contents: unknown): string {
  const file = join(mkdtempSync(join(root, "case-")), "config.json");
  writeFileSync(file, typeof contents === "string" ? contents : JSON.stringify(contents));
  return file;
}

/** The refusal of a file, without its path. */
function refusal(contents: unknown): string {
  const file = written(contents);
  try {
    readConfig(file);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    const { message } = error as Error;
    expect(message).not.toContain("\n");
    expect(message.startsWith(`${file}: `)).toBe(true);
    return message.slice(file.length + 2);
  }
  throw new Error("it was accepted");
}

describe("a Llama", () => {
  test("what is absent or null has Hugging Face's default", () => {
    const expected = {
      model_type: "llama",
      hidden_size: 4096,
      intermediate_size: 11008,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 32,
      head_dim: 128,
      vocab_size: 32000,
      max_position_embeddings: 2048,
      rms_norm_eps: 1e-6,
      rope_theta: 10000,
      tie_word_embeddings: false,
      hidden_act: "silu",
      bos_token_id: 1,
    };
    expect(readConfig(written({ model_type: "llama" }))).toEqual(expected);
    const nulls = { head_dim: null, num_key_value_heads: null, rope_scaling: null };
    expect(readConfig(written({ model_type: "llama", ...nulls, torch_dtype: "x" }))).toEqual(
      expected,
    );
  });

  test("fields are read, bos_token_id null says that there is none, heads need not fill the width", () => {
    const given = { hidden_size: 48, num_attention_heads: 6, num_key_value_heads: 2, head_dim: 10 };
    const config = readConfig(
      written({
        ...{ model_type: "llama", ...given, bos_token_id: null, tie_word_embeddings: true },
        rope_parameters: { rope_type: "default", rope_theta: 500 },
      }),
    );
    expect(config).toMatchObject({
      ...{ ...given, bos_token_id: null, rope_theta: 500, tie_word_embeddings: true },
    });
  });

  test.each([
    [{ hidden_size: -1 }, "hidden_size is -1; a whole number from 1 to 2147483647 is needed"],
    [{ hidden_size: 1.5 }, "hidden_size is 1.5; a whole number"],
    [{ hidden_size: "64" }, 'hidden_size is "64"; a whole number'],
    [{ vocab_size: 2 ** 31 }, "vocab_size is 2147483648; a whole number"],
    [{ num_hidden_layers: 1e9 }, "num_hidden_layers is 1000000000; a whole number from 1 to 10000"],
    [{ num_key_value_heads: 5 }, "num_key_value_heads is 5; a divisor of num_attention_heads 32"],
    [{ num_attention_heads: 30 }, "num_attention_heads is 30; a divisor of hidden_size 4096"],
    [{ head_dim: 7 }, "head_dim is 7; 7 is odd"],
    [{ rms_norm_eps: 0 }, "rms_norm_eps is 0; a finite number above 0"],
    [{ rope_theta: "big" }, 'rope_theta is "big"; a finite number above 0'],
    [{ tie_word_embeddings: 1 }, "tie_word_embeddings is 1; true or false"],
    [{ hidden_act: "swish" }, 'hidden_act is "swish"; it must be one of relu, gelu, silu'],
    [{ attention_bias: true }, "attention_bias is true; Llamas with biases are not supported"],
    [{ mlp_bias: true }, "mlp_bias is true"],
    [{ bos_token_id: 32000 }, "bos_token_id is 32000; a whole number from 0 to 31999"],
    [{ bos_token_id: [1] }, "bos_token_id is [1]; a whole number"],
    [{ rope_scaling: { rope_type: "llama3" } }, "scaled and partial rotary embeddings"],
    [{ rope_scaling: { type: "linear", factor: 2 } }, "scaled and partial rotary embeddings"],
    [{ rope_parameters: { partial_rotary_factor: 0.5 } }, "scaled and partial rotary embeddings"],
    [{ rope_parameters: { rope_theta: -1 } }, "rope_parameters.rope_theta is -1"],
    [{ rope_scaling: 2 }, "rope_scaling is 2; an object or null is needed"],
  ])("refuses %j", (fields, message) => {
    expect(refusal({ model_type: "llama", ...fields })).toContain(message);
  });
});

describe("an MLP", () => {
  test("layers are read", () => {
    const layers = [
      { weight: "a", bias: "b", activation: "leaky_relu", negative_slope: 0.1 },
      { weight: "c" },
    ];
    expect(readConfig(written({ model_type: "mlp", layers, extra: 1 }))).toEqual({
      model_type: "mlp",
      layers,
    });
  });

  test.each([
    [{}, "layers is missing; a list of 1 to 10000 objects is needed"],
    [{ layers: [] }, "layers is []; a list of 1 to"],
    [{ layers: [3] }, "layers[0] is 3; an object is needed"],
    [{ layers: [{ weight: "a" }, {}] }, "layers[1].weight is missing; a string is needed"],
    [{ layers: [{ weight: "a", bias: 1 }] }, "layers[0].bias is 1; a string is needed"],
    [
      { layers: [{ weight: "a", activation: "tanh" }] },
      "must be one of relu, leaky_relu, gelu, silu",
    ],
    [{ layers: [{ weight: "a", negative_slope: 1 }] }, "it goes with activation leaky_relu"],
    [
      { layers: [{ weight: "a", activation: "leaky_relu", negative_slope: "x" }] },
      "a finite number is needed",
    ],
  ])("refuses %j", (fields, message) => {
    expect(refusal({ model_type: "mlp", ...fields })).toContain(message);
  });
});

test.each([
  ["{", "is no valid JSON"],
  ["[]", "is not a JSON object"],
  ['{"model_type":"llama","model_type":"mlp"}', 'key "model_type" appears twice'],
  [{}, 'model_type is missing; "llama" and "mlp" are known'],
  [{ model_type: "qwen2" }, 'model_type is "qwen2"; "llama" and "mlp" are known'],
  [`{"model_type":"llama"${" ".repeat(1_000_001)}}`, "the limit is 1000000"],
])("refuses %.40j", (contents, message) => {
  expect(refusal(contents)).toContain(message);
});

test("any value in any field is read or refused, and nothing else", () => {
  const keys = Object.keys(readConfig(written({ model_type: "llama" })));
  const others = ["rope_scaling", "rope_parameters", "attention_bias", "layers", "__proto__"];
  fc.assert(
    fc.property(
      fc.constantFrom("llama", "mlp"),
      fc.dictionary(fc.constantFrom(...keys, ...others), fc.jsonValue({ maxDepth: 3 })),
      (model_type, fields) => {
        const file = join(root, "any.json");
        writeFileSync(file, JSON.stringify({ ...fields, model_type }));
        try {
          readConfig(file);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
