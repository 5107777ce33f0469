import { seededRandom } from "../../src/format/index.ts";
import { type LlamaConfig, llamaTensors, type Model } from "../../src/network/index.ts";

/** A small Llama whose query heads share key heads. */
export const smallConfig: LlamaConfig = {
  model_type: "llama",
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 4,
  vocab_size: 17,
  max_position_embeddings: 24,
  rms_norm_eps: 1e-5,
  rope_theta: 100,
  tie_word_embeddings: false,
  hidden_act: "silu",
  bos_token_id: 1,
};

/** Weights spread evenly over −0.7…0.7; gains of norms over 0.3…1.7. */
export function randomLlama(config: LlamaConfig = smallConfig, seed = 1): Model<LlamaConfig> {
  const random = seededRandom(seed);
  const spread = (): number => (1.4 * (random.next() >>> 0)) / 2 ** 32 - 0.7;
  const tensors = [...llamaTensors(config)].map(([name, shape]) => {
    const middle = shape.length === 1 ? 1 : 0;
    const length = shape.reduce((a, b) => a * b, 1);
    return [
      name,
      { shape, values: Float32Array.from({ length }, () => middle + spread()) },
    ] as const;
  });
  return { config, tensors: new Map(tensors) };
}
