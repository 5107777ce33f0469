import { encodeArray, MaxAbs, seededRandom } from "../format/index.ts";
import { sample } from "../gg/index.ts";
import {
  type DecoderConfig,
  decoderTensors,
  type Model,
  networkConfig,
  rf8Tensor,
} from "../network/index.ts";

/** Draws that all matrices are filled from: enough for every code that occurs, and quick for millions of weights. */
const DRAWS = 2 ** 20;

/** SmolLM2-135M's shape, as its config.json has it. */
const smollm2 = {
  model_type: "llama",
  hidden_size: 576,
  intermediate_size: 1536,
  vocab_size: 49152,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  hidden_act: "silu",
  bos_token_id: 1,
  eos_token_id: null,
};

/**
 * A decoder of SmolLM2-135M's shape, whose weights are RF8 codes of generalized Gaussian draws of shape 1, with the standard deviation
 * 1 / √576, and whose gains are 1: as real as a shape needs, without a download.
 *
 * @param sizes in the place of its own, such as fewer layers.
 */
export function ggDecoder(
  sizes: Partial<Record<"num_hidden_layers" | "vocab_size", number>> = {},
): Model<DecoderConfig> {
  const config = networkConfig("config.json", { ...smollm2, ...sizes });
  if (config.model_type === "mlp") throw new Error("the shape is that of a decoder");
  // The variance of shape 1 is twice alpha squared.
  const alpha = 1 / Math.sqrt(2 * config.hidden_size);
  const block = { dtype: "F32", data: sample({ nu: 1, alpha }, DRAWS, 1) } as const;
  const largest = new MaxAbs(1, DRAWS);
  largest.add(block);
  const biases = [...largest.biases()];
  const { codes: drawn } = encodeArray(block, {
    bias: { biases, rowLength: DRAWS },
    rounding: "nearest",
  });
  const random = seededRandom(1);
  const tensors = [...decoderTensors(config)].map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    if (shape.length === 1)
      return [name, { shape, values: new Float32Array(length).fill(1) }] as const;
    const codes = Uint8Array.from({ length }, () => drawn[random.next() & (DRAWS - 1)] as number);
    return [name, rf8Tensor(shape, { codes, biases })] as const;
  });
  return { config, tensors: new Map(tensors) };
}
