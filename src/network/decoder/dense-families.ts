import type { Fields } from "../fields.ts";
import type { Family } from "./family.ts";

const before = {
  attentionNorms: { before: "input_layernorm" },
  feedForwardNorms: { before: "post_attention_layernorm" },
};

const around = {
  attentionNorms: { before: "input_layernorm", after: "post_attention_layernorm" },
  feedForwardNorms: { before: "pre_feedforward_layernorm", after: "post_feedforward_layernorm" },
};

const after = {
  attentionNorms: { after: "post_attention_layernorm" },
  feedForwardNorms: { after: "post_feedforward_layernorm" },
};

export const noBiases = { queryKeyValue: false, output: false, feedForward: false };

export const llama: Family = {
  defaults: { bos_token_id: 1, eos_token_id: 2, attention_bias: false, mlp_bias: false },
  norm: "rms",
  ...before,
  queryKeyNorm: "none",
  fused: false,
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: "mlp_bias" },
};

export const mistral: Family = {
  ...llama,
  defaults: {
    bos_token_id: 1,
    eos_token_id: 2,
    intermediate_size: 14336,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    sliding_window: 4096,
  },
  biases: noBiases,
};

/** Qwen's layers from max_window_layers on, where use_sliding_window says so. */
const late = (fields: Fields, layer: number): boolean =>
  fields.flag("use_sliding_window") && layer >= fields.count("max_window_layers", { minimum: 0 });

export const qwen2: Family = {
  ...llama,
  defaults: {
    intermediate_size: 22016,
    max_position_embeddings: 32768,
    vocab_size: 151936,
    use_sliding_window: false,
    sliding_window: 4096,
    max_window_layers: 28,
  },
  biases: { ...noBiases, queryKeyValue: true },
  windowed: late,
};

export const qwen3: Family = {
  ...qwen2,
  defaults: { ...qwen2.defaults, head_dim: 128, attention_bias: false },
  queryKeyNorm: "head",
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: false },
};

export const phi3: Family = {
  ...llama,
  defaults: {
    hidden_size: 3072,
    intermediate_size: 8192,
    vocab_size: 32064,
    rms_norm_eps: 1e-5,
    max_position_embeddings: 4096,
    original_max_position_embeddings: 4096,
    bos_token_id: 1,
    eos_token_id: 32000,
  },
  fused: true,
  biases: noBiases,
  partialRotary: true,
};

export const gemma: Family = {
  ...llama,
  defaults: {
    hidden_size: 3072,
    intermediate_size: 24576,
    num_hidden_layers: 28,
    head_dim: 256,
    num_attention_heads: 16,
    num_key_value_heads: 16,
    vocab_size: 256000,
    max_position_embeddings: 8192,
    tie_word_embeddings: true,
    attention_bias: false,
    bos_token_id: 2,
    eos_token_id: 1,
    hidden_activation: "gelu_pytorch_tanh",
  },
  norm: "rms-plus-one",
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: false },
  activationKey: "hidden_activation",
  scales: (fields) => ({ embedding: Math.sqrt(fields.count("hidden_size")) }),
};

export const gemma2: Family = {
  ...gemma,
  defaults: {
    ...gemma.defaults,
    hidden_size: 2304,
    intermediate_size: 9216,
    num_hidden_layers: 26,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    sliding_window: 4096,
    query_pre_attn_scalar: 256,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
  },
  ...around,
  scales: (fields) => ({
    embedding: Math.sqrt(fields.count("hidden_size")),
    attention: fields.positive("query_pre_attn_scalar") ** -0.5,
  }),
  windowed: (_, layer) => layer % 2 === 0,
};

export const gemma3: Family = {
  ...gemma2,
  defaults: {
    ...gemma2.defaults,
    vocab_size: 262208,
    max_position_embeddings: 131072,
    rope_theta: 1_000_000,
    rope_local_base_freq: 10000,
    sliding_window_pattern: 6,
    _sliding_window_pattern: null,
    attn_logit_softcapping: null,
    final_logit_softcapping: null,
  },
  queryKeyNorm: "head",
  windowed(fields, layer) {
    const key = "_sliding_window_pattern";
    const period = fields.count(fields.has(key) ? key : "sliding_window_pattern");
    return (layer + 1) % period !== 0;
  },
  windowedTheta: "rope_local_base_freq",
};

export const olmo2: Family = {
  ...llama,
  defaults: { vocab_size: 50304, rms_norm_eps: 1e-5, eos_token_id: 50279, attention_bias: false },
  ...after,
  queryKeyNorm: "projection",
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: false },
};

export const olmo3: Family = {
  ...olmo2,
  defaults: { ...olmo2.defaults, sliding_window: 4096 },
  windowed: (_, layer) => (layer + 1) % 4 !== 0,
  windowedTheta: "rope_theta",
};

export const granite: Family = {
  ...llama,
  defaults: {
    ...llama.defaults,
    embedding_multiplier: 1,
    attention_multiplier: 1,
    residual_multiplier: 1,
    logits_scaling: 1,
  },
  scales: (fields) => ({
    embedding: fields.positive("embedding_multiplier"),
    attention: fields.positive("attention_multiplier"),
    residual: fields.positive("residual_multiplier"),
    logits: 1 / fields.positive("logits_scaling"),
  }),
};

/** smollm3's list has 1 for a layer that turns; without it every n-th does not. */
function turns(fields: Fields, layer: number): boolean {
  const list = fields.numbers("no_rope_layers");
  const layers = fields.count("num_hidden_layers");
  if (list && list.length !== layers)
    fields.refuse("no_rope_layers", `a list of num_hidden_layers ${layers} numbers is needed`);
  return list ? list[layer] !== 0 : (layer + 1) % fields.count("no_rope_layer_interval") !== 0;
}

export const smollm3: Family = {
  ...llama,
  defaults: {
    ...llama.defaults,
    vocab_size: 128256,
    hidden_size: 2048,
    num_hidden_layers: 36,
    num_attention_heads: 16,
    num_key_value_heads: 4,
    max_position_embeddings: 32768,
    rope_theta: 2_000_000,
    bos_token_id: 128000,
    eos_token_id: 128001,
    tie_word_embeddings: true,
    use_sliding_window: false,
    no_rope_layers: null,
    no_rope_layer_interval: 4,
    max_window_layers: null,
  },
  windowed: (fields, layer) => fields.flag("use_sliding_window") && !turns(fields, layer),
  rotates: turns,
};

export const stablelm: Family = {
  ...llama,
  defaults: {
    hidden_size: 2560,
    intermediate_size: 6912,
    num_key_value_heads: 32,
    vocab_size: 50304,
    max_position_embeddings: 4096,
    layer_norm_eps: 1e-5,
    partial_rotary_factor: 0.25,
    bos_token_id: 0,
    eos_token_id: 0,
    use_qkv_bias: false,
  },
  norm: "layer",
  biases: { ...noBiases, queryKeyValue: "use_qkv_bias" },
  partialRotary: true,
};
