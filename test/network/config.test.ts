import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckpointError } from "../../src/checkpoint/index.ts";
import { families, readConfig } from "../../src/network/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { configOf, smallConfig } from "./random-decoder.ts";

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
  const defaults = {
    model_type: "llama",
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    head_dim: 128,
    vocab_size: 32000,
    max_position_embeddings: 2048,
    norm: { kind: "rms", epsilon: 1e-6 },
    activation: "silu",
    tie_word_embeddings: false,
    bos_token_id: 1,
    weightBytes: null,
    biases: { queryKeyValue: false, output: false, feedForward: false },
    scales: { embedding: 1, attention: 128 ** -0.5, residual: 1, logits: 1 },
  };
  test("what is absent or null has transformers' default", () => {
    const config = configOf({ model_type: "llama" });
    expect(config).toMatchObject(defaults);
    expect(config.layers).toHaveLength(32);
    expect(config.layers[31]).toMatchObject({ window: null, experts: null });
    expect(config.layers[0]!.rotary!.frequencies[1]).toBeCloseTo(10000 ** (-2 / 128), 12);
    const nulls = { head_dim: null, num_key_value_heads: null, rope_scaling: null };
    expect(configOf({ model_type: "llama", ...nulls, torch_dtype: "x" })).toMatchObject(defaults);
  });

  test("fields are read, bos_token_id null says that there is none, heads need not fill the width", () => {
    const given = { hidden_size: 48, num_attention_heads: 6, num_key_value_heads: 2, head_dim: 10 };
    const config = configOf({
      model_type: "llama",
      ...given,
      bos_token_id: null,
      tie_word_embeddings: true,
      dtype: "bfloat16",
    });
    expect(config).toMatchObject({
      ...given,
      bos_token_id: null,
      tie_word_embeddings: true,
      weightBytes: 2,
    });
  });

  test.each([
    { rope_theta: 500 },
    { rope_parameters: { rope_type: "default", rope_theta: 500 } },
    { rope_scaling: { type: "default", rope_theta: 500 } },
    { rope_scaling: { rope_type: "default" }, rope_parameters: { rope_theta: 500 } },
    { rope_theta: 7, rope_parameters: { rope_theta: 500 } },
  ])("the rotary base is where its version of the file has it: %j", (fields) => {
    const { layers } = configOf({ ...smallConfig, rope_theta: 10000, ...fields });
    expect(layers[0]!.rotary!.frequencies).toEqual([1, 500 ** -0.5]);
  });

  const llama3 = {
    rope_type: "llama3",
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8,
  };
  test.each([
    [{ hidden_size: -1 }, "hidden_size is -1; a whole number from 1 to 2147483647 is needed"],
    [{ hidden_size: 1.5 }, "hidden_size is 1.5; a whole number"],
    [{ hidden_size: "64" }, 'hidden_size is "64"; a whole number'],
    [{ vocab_size: 2 ** 31 }, "vocab_size is 2147483648; a whole number"],
    [{ num_hidden_layers: 1e9 }, "num_hidden_layers is 1000000000; a whole number from 1 to 10000"],
    [{ num_key_value_heads: 5 }, "num_key_value_heads is 5; a divisor of num_attention_heads 32"],
    [{ num_attention_heads: 30 }, "num_attention_heads is 30; a divisor of hidden_size 4096"],
    [{ head_dim: 7 }, "head_dim is 7; 7 is odd; an even number"],
    [{ rms_norm_eps: 0 }, "rms_norm_eps is 0; a finite number above 0"],
    [{ rope_theta: "big" }, 'rope_theta is "big"; a finite number above 0'],
    [{ tie_word_embeddings: 1 }, "tie_word_embeddings is 1; true or false"],
    [{ hidden_act: "relu2" }, 'hidden_act is "relu2"; it must be one of silu, swish, gelu'],
    [{ bos_token_id: 32000 }, "bos_token_id is 32000; a whole number from 0 to 31999"],
    [{ bos_token_id: [1] }, "bos_token_id is [1]; a whole number"],
    [{ rope_scaling: { rope_type: "llama3" } }, "rope_scaling.factor is missing"],
    [{ rope_scaling: { type: "linear", factor: 0 } }, "rope_scaling.factor is 0; a finite number"],
    [{ rope_scaling: { type: "mrope" } }, 'rope_scaling.type is "mrope"; known kinds are default'],
    [{ rope_scaling: { type: "toString" } }, "known kinds are"],
    [{ rope_scaling: { ...llama3, type: "yarn" } }, '"type" is "yarn"; both must say the same'],
    [
      { rope_scaling: { type: "linear", factor: 2 }, rope_parameters: { rope_type: "default" } },
      'rope_parameters.rope_type is "default"; "rope_scaling" has "linear"; both must say the same',
    ],
    [
      { rope_scaling: { type: "linear" }, rope_parameters: llama3 },
      'rope_parameters.rope_type is "llama3"; "rope_scaling" has "linear"; both must say the same',
    ],
    [{ rope_scaling: { ...llama3, beta: 2 } }, "rope_scaling.beta is 2; it is no known key"],
    [{ rope_scaling: { ...llama3, high_freq_factor: 0.5 } }, "low_freq_factor or more is needed"],
    [{ rope_parameters: { partial_rotary_factor: 0.5 } }, "partial rotary embeddings are not supp"],
    [{ partial_rotary_factor: 0.5 }, "partial_rotary_factor is 0.5; networks of this model_type"],
    [{ rope_parameters: { rope_theta: -1 } }, "rope_parameters.rope_theta is -1"],
    [{ rope_scaling: 2 }, "rope_scaling is 2; an object or null is needed"],
    [{ rope_parameters: { full_attention: {}, x: 1 }, sliding_window: 3 }, "sliding_attention is"],
    [{ layer_types: ["full_attention"] }, "a list of num_hidden_layers 32 names is needed"],
    [{ num_hidden_layers: 1, layer_types: ["linear_attention"] }, "known types are full_attention"],
    [{ num_hidden_layers: 1, layer_types: ["sliding_attention"] }, "sliding_window is missing"],
    [{ sliding_window: 0 }, "sliding_window is 0; a whole number from 1"],
    [{ qkv_bias: true }, "qkv_bias is true; it is no known key of llama, and might change"],
    [{ attn_logit_softcapping: 30 }, "attn_logit_softcapping is 30; it is no known key of llama"],
    [{ rope_interleaved: true }, "rope_interleaved is true; it is no known key of llama"],
  ])("refuses %j", (fields, message) => {
    expect(refusal({ model_type: "llama", ...fields })).toContain(message);
  });

  test("an empty object says nothing beside one that does", () => {
    const rope_parameters = { rope_type: "linear", factor: 2, rope_theta: 500 };
    const { layers } = configOf({ ...smallConfig, rope_scaling: {}, rope_parameters });
    expect(layers[0]!.rotary!.frequencies).toEqual([0.5, 500 ** -0.5 / 2]);
  });

  test("a switch that is off, and keys of training and packaging, are no reason", () => {
    const keys = {
      rope_interleaved: false,
      use_mrope: null,
      attention_dropout: 0.1,
      _name_or_path: "x",
    };
    expect(configOf({ ...smallConfig, ...keys })).toMatchObject({ hidden_size: 12 });
  });
});

describe("other families", () => {
  const sizes = {
    hidden_size: 16,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 4,
    num_hidden_layers: 12,
    vocab_size: 9,
  };
  const windows = (keys: object) =>
    configOf({ ...sizes, ...keys } as never).layers.map(({ window }) => window);

  test("windows: every layer, later ones, every other, all but each n-th, or as layer_types says", () => {
    const w = (...layers: number[]) =>
      Array.from({ length: 12 }, (_, i) => (layers.includes(i) ? null : 5));
    const sliding_window = 5;
    expect(windows({ model_type: "mistral", sliding_window })).toEqual(w());
    expect(windows({ model_type: "mistral" })[0]).toBe(4096);
    expect(windows({ model_type: "mistral", sliding_window: null })[0]).toBe(null);
    const qwen = { model_type: "qwen2", sliding_window, max_window_layers: 2 };
    expect(windows({ ...qwen, use_sliding_window: true })).toEqual(w(0, 1));
    expect(windows(qwen)[5]).toBe(null);
    expect(windows({ model_type: "gemma2", sliding_window })).toEqual(w(1, 3, 5, 7, 9, 11));
    expect(windows({ model_type: "gemma3_text", sliding_window })).toEqual(w(5, 11));
    const layer_types = Array.from({ length: 12 }, (_, i) =>
      i === 3 ? "sliding_attention" : "full_attention",
    );
    expect(windows({ model_type: "qwen3", sliding_window, layer_types })).toEqual(
      w(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11),
    );
  });

  test("a base for each type of layer: gemma3 in both versions of the file", () => {
    const four = configOf({ model_type: "gemma3_text", ...sizes, rope_theta: 81 });
    const of = (layer: number) => four.layers[layer]!.rotary!.frequencies[1];
    expect([of(0), of(5)]).toEqual([1 / 100, 1 / 9]);
    const rope_parameters = {
      sliding_attention: { rope_type: "default", rope_theta: 10000 },
      full_attention: { rope_type: "linear", factor: 2, rope_theta: 81 },
    };
    const five = configOf({ model_type: "gemma3_text", ...sizes, rope_parameters });
    expect(five.layers[0]!.rotary!.frequencies).toEqual(four.layers[0]!.rotary!.frequencies);
    expect(five.layers[5]!.rotary!.frequencies).toEqual([1 / 2, 1 / 18]);
  });

  test("the text of a network for images is a decoder by itself", () => {
    const { eos_token_id: _, ...rest } = smallConfig;
    const text_config = { ...rest, model_type: "gemma3_text", hidden_act: "gelu" };
    const config = configOf({
      model_type: "gemma3",
      text_config,
      vision_config: { depth: 3 },
      dtype: "bfloat16",
    });
    expect(config).toMatchObject({
      model_type: "gemma3_text",
      weightBytes: 2,
      within: "gemma3",
      hidden_size: 12,
    });
    expect(refusal({ model_type: "gemma3" })).toContain('model_type is "gemma3"; known are llama');
    expect(refusal({ model_type: "llava", text_config: { model_type: "opt" } })).toContain(
      'text_config.model_type is "opt"; known are llama',
    );
    expect(
      refusal({ model_type: "llava", text_config: { ...smallConfig, model_type: "llama", x: 2 } }),
    ).toContain("text_config.x is 2; it is no known key of llama");
  });

  test.each([
    [{ model_type: "qwen2", attention_bias: true }, "attention_bias is true; it is no known key"],
    [{ model_type: "stablelm", qk_layernorm: true }, "qk_layernorm is true"],
    [{ model_type: "stablelm", use_parallel_residual: true }, "use_parallel_residual is true"],
    [{ model_type: "stablelm", partial_rotary_factor: 0.64 }, "51 elements of a head would turn"],
    [
      { model_type: "stablelm", partial_rotary_factor: 1.5 },
      "partial_rotary_factor is 1.5; at most",
    ],
    [{ model_type: "gemma", hidden_act: "silu" }, "function is that of hidden_activation"],
    [{ model_type: "smollm3", no_rope_layers: [1] }, "a list of num_hidden_layers 36 numbers"],
    [
      { model_type: "granite", residual_multiplier: 0 },
      "residual_multiplier is 0; a finite number",
    ],
    [
      { model_type: "phi3", rope_scaling: { type: "su", short_factor: [1], long_factor: [1] } },
      "rope_scaling.short_factor is [1]; a list of 48 numbers above 0 is needed",
    ],
    [
      { model_type: "gemma3_text", use_bidirectional_attention: true },
      "use_bidirectional_attention",
    ],
    [{ model_type: "mixtral", num_local_experts: 2e9 }, "at most 100000 experts in all layers"],
    [{ model_type: "olmoe", num_experts: 7000 }, "num_hidden_layers is 16; at most 100000 experts"],
    [{ model_type: "mixtral", num_experts_per_tok: 9 }, "num_experts_per_tok is 9; a whole number"],
  ])("refuses %j", (fields, message) => {
    expect(refusal(fields)).toContain(message);
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
      "must be one of relu, leaky_relu, gelu, gelu_tanh, silu",
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
  [{}, "model_type is missing; known are llama, mistral"],
  [{ model_type: "bert" }, 'model_type is "bert"; known are llama, mistral'],
  [{ model_type: "toString" }, 'model_type is "toString"; known are'],
  [`{"model_type":"llama"${" ".repeat(1_000_001)}}`, "the limit is 1000000"],
])("refuses %.40j", (contents, message) => {
  expect(refusal(contents)).toContain(message);
});

test("any value in any field is read or refused, and nothing else", () => {
  const keys = Object.keys(smallConfig);
  const others = [
    ..."rope_scaling rope_parameters attention_bias layers __proto__ layer_types".split(" "),
    ..."sliding_window no_rope_layers num_local_experts mlp_only_layers text_config".split(" "),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(families), "gemma3", "mlp"),
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
    { numRuns: 1000 },
  );
});

test.each([
  // Keys as published files of these families have them, beside the sizes.
  [
    "phi3",
    {
      attention_bias: false,
      embd_pdrop: 0,
      resid_pdrop: 0,
      full_attn_mod: 1,
      interpolate_factor: 1,
      lm_head_bias: false,
      mlp_bias: false,
      sliding_window: 262144,
      auto_map: { AutoConfig: "configuration_phi3.Phi3Config" },
      partial_rotary_factor: 0.75,
    },
  ],
  [
    "smollm3",
    { max_window_layers: 28, use_sliding_window: false, pretraining_tp: 2, sliding_window: null },
  ],
  [
    "qwen3_moe",
    {
      norm_topk_prob: true,
      router_aux_loss_coef: 0.001,
      output_router_logits: false,
      max_window_layers: 48,
      use_sliding_window: false,
      sliding_window: null,
    },
  ],
  ["olmoe", { clip_qkv: null, norm_topk_prob: false, router_aux_loss_coef: 0.01 }],
  ["mistral", { _flash_attn_2_enabled: true, sliding_window: null, use_cache: true }],
  ["qwen2", { use_mrope: false, use_sliding_window: false, max_window_layers: 70 }],
  [
    "gemma3_text",
    {
      cache_implementation: "hybrid",
      attn_logit_softcapping: null,
      use_cache: true,
      _sliding_window_pattern: 6,
      use_bidirectional_attention: false,
    },
  ],
])("a file of %s with keys such as published ones is read", (model_type, keys) => {
  expect(configOf({ model_type, ...keys }).model_type).toBe(model_type);
});
