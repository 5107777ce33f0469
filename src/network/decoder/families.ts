import type { Fields } from "../fields.ts";
import type { Experts, Family } from "./family.ts";

/** Keys that every family reads, with transformers' defaults; null is none. */
export const commonDefaults: Readonly<Record<string, unknown>> = {
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: null,
  head_dim: null,
  vocab_size: 32000,
  max_position_embeddings: 2048,
  hidden_act: "silu",
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
  bos_token_id: null,
  eos_token_id: null,
  rope_theta: 10000,
  rope_scaling: null,
  rope_parameters: null,
  partial_rotary_factor: null,
  layer_types: null,
  sliding_window: null,
};

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

const noBiases = { queryKeyValue: false, output: false, feedForward: false };

const llama: Family = {
  defaults: { bos_token_id: 1, eos_token_id: 2, attention_bias: false, mlp_bias: false },
  norm: "rms",
  ...before,
  queryKeyNorm: "none",
  fused: false,
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: "mlp_bias" },
};

const mistral: Family = {
  ...llama,
  defaults: {
    ...{ bos_token_id: 1, eos_token_id: 2, intermediate_size: 14336, num_key_value_heads: 8 },
    ...{ max_position_embeddings: 131072, sliding_window: 4096 },
  },
  biases: noBiases,
};

/** Qwen's layers from max_window_layers on, where use_sliding_window says so. */
const late = (fields: Fields, layer: number): boolean =>
  fields.flag("use_sliding_window") && layer >= fields.count("max_window_layers", { minimum: 0 });

const qwen2: Family = {
  ...llama,
  defaults: {
    ...{ intermediate_size: 22016, max_position_embeddings: 32768, vocab_size: 151936 },
    ...{ use_sliding_window: false, sliding_window: 4096, max_window_layers: 28 },
  },
  biases: { ...noBiases, queryKeyValue: true },
  windowed: late,
};

const qwen3: Family = {
  ...qwen2,
  defaults: { ...qwen2.defaults, head_dim: 128, attention_bias: false },
  queryKeyNorm: "head",
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: false },
};

const phi3: Family = {
  ...llama,
  defaults: {
    ...{ hidden_size: 3072, intermediate_size: 8192, vocab_size: 32064, rms_norm_eps: 1e-5 },
    ...{ max_position_embeddings: 4096, original_max_position_embeddings: 4096 },
    ...{ bos_token_id: 1, eos_token_id: 32000 },
  },
  fused: true,
  biases: noBiases,
  partialRotary: true,
};

const gemma: Family = {
  ...llama,
  defaults: {
    ...{ hidden_size: 3072, intermediate_size: 24576, num_hidden_layers: 28, head_dim: 256 },
    ...{ num_attention_heads: 16, num_key_value_heads: 16, vocab_size: 256000 },
    ...{ max_position_embeddings: 8192, tie_word_embeddings: true, attention_bias: false },
    ...{ bos_token_id: 2, eos_token_id: 1, hidden_activation: "gelu_pytorch_tanh" },
  },
  norm: "rms-plus-one",
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: false },
  activationKey: "hidden_activation",
  scales: (fields) => ({ embedding: Math.sqrt(fields.count("hidden_size")) }),
};

const gemma2: Family = {
  ...gemma,
  defaults: {
    ...gemma.defaults,
    ...{ hidden_size: 2304, intermediate_size: 9216, num_hidden_layers: 26 },
    ...{ num_attention_heads: 8, num_key_value_heads: 4, sliding_window: 4096 },
    ...{ query_pre_attn_scalar: 256, attn_logit_softcapping: 50, final_logit_softcapping: 30 },
  },
  ...around,
  scales: (fields) => ({
    embedding: Math.sqrt(fields.count("hidden_size")),
    attention: fields.positive("query_pre_attn_scalar") ** -0.5,
  }),
  windowed: (_, layer) => layer % 2 === 0,
};

const gemma3: Family = {
  ...gemma2,
  defaults: {
    ...gemma2.defaults,
    ...{ vocab_size: 262208, max_position_embeddings: 131072, rope_theta: 1_000_000 },
    ...{ rope_local_base_freq: 10000, sliding_window_pattern: 6, _sliding_window_pattern: null },
    ...{ attn_logit_softcapping: null, final_logit_softcapping: null },
  },
  queryKeyNorm: "head",
  windowed(fields, layer) {
    const key = "_sliding_window_pattern";
    const period = fields.count(fields.has(key) ? key : "sliding_window_pattern");
    return (layer + 1) % period !== 0;
  },
  windowedTheta: "rope_local_base_freq",
};

const olmo2: Family = {
  ...llama,
  defaults: { vocab_size: 50304, rms_norm_eps: 1e-5, eos_token_id: 50279, attention_bias: false },
  ...after,
  queryKeyNorm: "projection",
  biases: { queryKeyValue: "attention_bias", output: "attention_bias", feedForward: false },
};

const olmo3: Family = {
  ...olmo2,
  defaults: { ...olmo2.defaults, sliding_window: 4096 },
  windowed: (_, layer) => (layer + 1) % 4 !== 0,
  windowedTheta: "rope_theta",
};

const granite: Family = {
  ...llama,
  defaults: {
    ...llama.defaults,
    ...{ embedding_multiplier: 1, attention_multiplier: 1 },
    ...{ residual_multiplier: 1, logits_scaling: 1 },
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

const smollm3: Family = {
  ...llama,
  defaults: {
    ...llama.defaults,
    ...{ vocab_size: 128256, hidden_size: 2048, num_hidden_layers: 36, num_attention_heads: 16 },
    ...{ num_key_value_heads: 4, max_position_embeddings: 32768, rope_theta: 2_000_000 },
    ...{ bos_token_id: 128000, eos_token_id: 128001, tie_word_embeddings: true },
    ...{ use_sliding_window: false, no_rope_layers: null, no_rope_layer_interval: 4 },
    max_window_layers: null,
  },
  windowed: (fields, layer) => fields.flag("use_sliding_window") && !turns(fields, layer),
  rotates: turns,
};

const stablelm: Family = {
  ...llama,
  defaults: {
    ...{ hidden_size: 2560, intermediate_size: 6912, num_key_value_heads: 32, vocab_size: 50304 },
    ...{ max_position_embeddings: 4096, layer_norm_eps: 1e-5, partial_rotary_factor: 0.25 },
    ...{ bos_token_id: 0, eos_token_id: 0, use_qkv_bias: false },
  },
  norm: "layer",
  biases: { ...noBiases, queryKeyValue: "use_qkv_bias" },
  partialRotary: true,
};

const mixtral: Family = {
  ...mistral,
  defaults: {
    ...{ ...mistral.defaults, rms_norm_eps: 1e-5, rope_theta: 1_000_000, sliding_window: null },
    ...{ num_local_experts: 8, num_experts_per_tok: 2 },
  },
  expertNames: {
    router: "block_sparse_moe.gate",
    gate: "block_sparse_moe.experts.#.w1",
    up: "block_sparse_moe.experts.#.w3",
    down: "block_sparse_moe.experts.#.w2",
  },
  experts: (fields) => ({
    count: fields.count("num_local_experts"),
    active: fields.count("num_experts_per_tok", { maximum: fields.count("num_local_experts") }),
    inner: fields.count("intermediate_size"),
    shared: 0,
  }),
};

/** Experts in every sparse layer but those that are said to be dense. */
function sparse(fields: Fields, layer: number): Experts | undefined {
  const step = fields.count("decoder_sparse_step");
  const dense = fields.numbers("mlp_only_layers")?.includes(layer) || (layer + 1) % step !== 0;
  if (dense || fields.count("num_experts", { minimum: 0 }) === 0) return undefined;
  return {
    count: fields.count("num_experts"),
    active: fields.count("num_experts_per_tok", { maximum: fields.count("num_experts") }),
    inner: fields.count("moe_intermediate_size"),
    shared: fields.count("shared_expert_intermediate_size", { minimum: 0 }),
  };
}

const qwen2Moe: Family = {
  ...qwen2,
  defaults: {
    ...{ ...qwen2.defaults, hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 24 },
    ...{ num_attention_heads: 16, num_key_value_heads: 16, decoder_sparse_step: 1 },
    ...{ mlp_only_layers: null, num_experts: 60, num_experts_per_tok: 4 },
    ...{ moe_intermediate_size: 1408, shared_expert_intermediate_size: 5632, qkv_bias: true },
    norm_topk_prob: false,
  },
  biases: { ...noBiases, queryKeyValue: "qkv_bias" },
  expertNames: {
    router: "mlp.gate",
    gate: "mlp.experts.#.gate_proj",
    up: "mlp.experts.#.up_proj",
    down: "mlp.experts.#.down_proj",
    shared: "mlp.shared_expert",
  },
  experts: sparse,
};

const qwen3Moe: Family = {
  ...qwen2Moe,
  defaults: {
    ...{ ...qwen3.defaults, hidden_size: 2048, intermediate_size: 6144, num_hidden_layers: 24 },
    ...{ head_dim: null, num_key_value_heads: 4, decoder_sparse_step: 1, mlp_only_layers: null },
    ...{ num_experts: 128, num_experts_per_tok: 8, moe_intermediate_size: 768 },
    ...{ shared_expert_intermediate_size: 0, norm_topk_prob: false },
  },
  queryKeyNorm: "head",
  biases: qwen3.biases,
};

const olmoe: Family = {
  ...qwen2Moe,
  defaults: {
    ...{ hidden_size: 2048, intermediate_size: 2048, num_hidden_layers: 16, vocab_size: 50304 },
    ...{ num_attention_heads: 16, max_position_embeddings: 4096, rms_norm_eps: 1e-5 },
    ...{ num_experts: 64, num_experts_per_tok: 8, eos_token_id: 50279, attention_bias: false },
    norm_topk_prob: false,
  },
  queryKeyNorm: "projection",
  biases: olmo2.biases,
  windowed: () => false,
  experts: (fields) => ({
    count: fields.count("num_experts"),
    active: fields.count("num_experts_per_tok", { maximum: fields.count("num_experts") }),
    inner: fields.count("intermediate_size"),
    shared: 0,
  }),
};

/** Every family by its model_type. */
export const families = {
  ...{ llama, mistral, qwen2, qwen3, phi3, gemma, gemma2, gemma3_text: gemma3, olmo2, olmo3 },
  ...{ granite, smollm3, stablelm, mixtral, qwen2_moe: qwen2Moe, qwen3_moe: qwen3Moe, olmoe },
} satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;
