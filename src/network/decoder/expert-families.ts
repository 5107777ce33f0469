import type { Fields } from "../fields.ts";
import { mistral, noBiases, olmo2, qwen2, qwen3 } from "./dense-families.ts";
import type { Experts, Family } from "./family.ts";

export const mixtral: Family = {
  ...mistral,
  defaults: {
    ...mistral.defaults,
    rms_norm_eps: 1e-5,
    rope_theta: 1_000_000,
    sliding_window: null,
    num_local_experts: 8,
    num_experts_per_tok: 2,
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

export const qwen2Moe: Family = {
  ...qwen2,
  defaults: {
    ...qwen2.defaults,
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    num_key_value_heads: 16,
    decoder_sparse_step: 1,
    mlp_only_layers: null,
    num_experts: 60,
    num_experts_per_tok: 4,
    moe_intermediate_size: 1408,
    shared_expert_intermediate_size: 5632,
    qkv_bias: true,
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

export const qwen3Moe: Family = {
  ...qwen2Moe,
  defaults: {
    ...qwen3.defaults,
    hidden_size: 2048,
    intermediate_size: 6144,
    num_hidden_layers: 24,
    head_dim: null,
    num_key_value_heads: 4,
    decoder_sparse_step: 1,
    mlp_only_layers: null,
    num_experts: 128,
    num_experts_per_tok: 8,
    moe_intermediate_size: 768,
    shared_expert_intermediate_size: 0,
    norm_topk_prob: false,
  },
  queryKeyNorm: "head",
  biases: qwen3.biases,
};

export const olmoe: Family = {
  ...qwen2Moe,
  defaults: {
    hidden_size: 2048,
    intermediate_size: 2048,
    num_hidden_layers: 16,
    vocab_size: 50304,
    num_attention_heads: 16,
    max_position_embeddings: 4096,
    rms_norm_eps: 1e-5,
    num_experts: 64,
    num_experts_per_tok: 8,
    eos_token_id: 50279,
    attention_bias: false,
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
