import {
  gemma,
  gemma2,
  gemma3,
  granite,
  llama,
  mistral,
  olmo2,
  olmo3,
  phi3,
  qwen2,
  qwen3,
  smollm3,
  stablelm,
} from "./dense-families.ts";
import { mixtral, olmoe, qwen2Moe, qwen3Moe } from "./expert-families.ts";
import type { Family } from "./family.ts";

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

/** Every family by its model_type. */
export const families = {
  llama,
  mistral,
  qwen2,
  qwen3,
  phi3,
  gemma,
  gemma2,
  gemma3_text: gemma3,
  olmo2,
  olmo3,
  granite,
  smollm3,
  stablelm,
  mixtral,
  qwen2_moe: qwen2Moe,
  qwen3_moe: qwen3Moe,
  olmoe,
} satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;
