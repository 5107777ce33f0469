/** The keys that all cases share. */
export const familySizes = {
  hidden_size: 16,
  intermediate_size: 20,
  num_hidden_layers: 3,
  vocab_size: 17,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 40,
  rope_theta: 100,
  bos_token_id: null,
  eos_token_id: null,
};
const yarn = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 10 };
const factors = (most: number): number[] => [1, 1.5, 2.5, most];
const longrope = { type: "longrope", short_factor: factors(2), long_factor: factors(7) };

/** A configuration of each family, with everything that is odd about it in use. */
export const familyCases: readonly [string, Record<string, unknown>][] = [
  ["llama", { head_dim: 6 }],
  ["llama", { attention_bias: true, mlp_bias: true, hidden_act: "silu", sliding_window: 4 }],
  ["llama", { rope_scaling: { type: "linear", factor: 3 } }],
  ["llama", { rope_scaling: { rope_type: "dynamic", factor: 3 } }],
  ["llama", { head_dim: 8, rope_scaling: yarn }],
  ["llama", { head_dim: 8, rope_scaling: { ...yarn, attention_factor: 0.7, beta_fast: 4 } }],
  [
    "llama",
    {
      head_dim: 12,
      rope_parameters: {
        rope_type: "llama3",
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 64,
        rope_theta: 50000,
      },
    },
  ],
  ["mistral", { sliding_window: 5, head_dim: 6 }],
  ["qwen2", { use_sliding_window: true, sliding_window: 4, max_window_layers: 1 }],
  ["qwen3", { head_dim: 6, attention_bias: true }],
  ["qwen3", { head_dim: 6, tie_word_embeddings: true }],
  ["phi3", { num_attention_heads: 2, head_dim: 8, partial_rotary_factor: 0.75 }],
  [
    "phi3",
    { num_attention_heads: 2, original_max_position_embeddings: 24, rope_scaling: longrope },
  ],
  ["phi3", { num_attention_heads: 2, original_max_position_embeddings: 8, rope_scaling: longrope }],
  ["gemma", { head_dim: 6 }],
  [
    "gemma2",
    { head_dim: 6, sliding_window: 3, query_pre_attn_scalar: 10, attn_logit_softcapping: 2 },
  ],
  ["gemma2", { head_dim: 6, sliding_window: 3, attn_logit_softcapping: null }],
  [
    "gemma3_text",
    {
      head_dim: 6,
      sliding_window: 3,
      sliding_window_pattern: 2,
      rope_local_base_freq: 30,
      rope_scaling: { rope_type: "linear", factor: 8 },
    },
  ],
  [
    "gemma3_text",
    {
      head_dim: 6,
      sliding_window: 3,
      final_logit_softcapping: 4,
      layer_types: ["sliding_attention", "full_attention", "sliding_attention"],
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 30 },
        full_attention: { ...yarn, rope_theta: 900 },
      },
    },
  ],
  ["olmo2", {}],
  ["olmo3", { sliding_window: 4, head_dim: 8, rope_scaling: yarn, num_hidden_layers: 5 }],
  [
    "granite",
    {
      embedding_multiplier: 3,
      attention_multiplier: 0.2,
      residual_multiplier: 0.4,
      logits_scaling: 5,
      attention_bias: true,
    },
  ],
  ["smollm3", { no_rope_layers: [1, 0, 1] }],
  ["smollm3", { no_rope_layer_interval: 2 }],
  ["stablelm", { head_dim: 8, partial_rotary_factor: 0.5, use_qkv_bias: true }],
];
