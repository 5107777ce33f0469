import type { LlamaConfig } from "./llama-config.ts";

/** The parts of a layer, by Hugging Face's names. */
export const layerTensor = (layer: number, part: string): string =>
  `model.layers.${layer}.${part}.weight`;

export const EMBEDDING = "model.embed_tokens.weight";
export const FINAL_NORM = "model.norm.weight";

/** The matrix that makes logits: the embedding where they are tied. */
export const classifierOf = (config: LlamaConfig): string =>
  config.tie_word_embeddings ? EMBEDDING : "lm_head.weight";

/** Every tensor of a Llama with its shape, matrices as [outputs, inputs]; the embedding is [vocabulary, hidden]. */
export function llamaTensors(config: LlamaConfig): Map<string, readonly number[]> {
  const { hidden_size: hidden, intermediate_size: inner, vocab_size: vocabulary } = config;
  const queries = config.num_attention_heads * config.head_dim;
  const keys = config.num_key_value_heads * config.head_dim;
  const parts = {
    input_layernorm: [hidden],
    "self_attn.q_proj": [queries, hidden],
    "self_attn.k_proj": [keys, hidden],
    "self_attn.v_proj": [keys, hidden],
    "self_attn.o_proj": [hidden, queries],
    post_attention_layernorm: [hidden],
    "mlp.gate_proj": [inner, hidden],
    "mlp.up_proj": [inner, hidden],
    "mlp.down_proj": [hidden, inner],
  };
  const tensors = new Map<string, readonly number[]>([[EMBEDDING, [vocabulary, hidden]]]);
  for (let layer = 0; layer < config.num_hidden_layers; layer++)
    for (const [part, shape] of Object.entries(parts)) tensors.set(layerTensor(layer, part), shape);
  tensors.set(FINAL_NORM, [hidden]);
  tensors.set(classifierOf(config), [vocabulary, hidden]);
  return tensors;
}
