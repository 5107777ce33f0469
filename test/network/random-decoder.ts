import { seededRandom } from "../../src/format/index.ts";
import {
  type DecoderConfig,
  decoderTensors,
  type Model,
  networkConfig,
  rf8Model,
  rf8Tensor,
} from "../../src/network/index.ts";

type Keys = Readonly<Record<string, unknown>>;

/** A small Llama whose query heads share key heads, as its config.json. */
export const smallConfig = {
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
  eos_token_id: null,
};

/** The configuration of a decoder from the keys of its config.json. */
export function configOf(keys: Keys = smallConfig): DecoderConfig {
  const config = networkConfig("config.json", keys);
  if (config.model_type === "mlp") throw new Error("an MLP is no decoder");
  return config;
}

/** Weights and biases spread evenly over −0.7…0.7; gains of norms over 0.3…1.7. */
export function randomDecoder(keys: Keys = smallConfig, seed = 1): Model<DecoderConfig> {
  const config = configOf(keys);
  const random = seededRandom(seed);
  const spread = (): number => (1.4 * (random.next() >>> 0)) / 2 ** 32 - 0.7;
  const tensors = [...decoderTensors(config)].map(([name, shape]) => {
    const middle = name.includes("norm") && !name.endsWith("bias") ? 1 : 0;
    const length = shape.reduce((a, b) => a * b, 1);
    return [
      name,
      { shape, values: Float32Array.from({ length }, () => middle + spread()) },
    ] as const;
  });
  return { config, tensors: new Map(tensors) };
}

/** Every matrix as RF8 with real factors of its rows, from 0.05 to 1. */
export function withRowScales(model: Model<DecoderConfig>): Model<DecoderConfig> {
  const tensors = [...rf8Model(model).tensors].map(([name, tensor]) => {
    if (!tensor.rf8) return [name, tensor] as const;
    const length = tensor.shape[0] ?? 0;
    const scales = Float32Array.from({ length }, (_, row) => 1 / (1 + ((7 * row) % 19)));
    return [name, rf8Tensor(tensor.shape, { ...tensor.rf8, scales })] as const;
  });
  return { ...model, tensors: new Map(tensors) };
}
