import { seededRandom } from "../../format/index.ts";
import {
  type DecoderConfig,
  decoderTensors,
  type Model,
  networkConfig,
  rf8Model,
} from "../../network/index.ts";
import { type CoreProgram, compileCore } from "./compile.ts";
import { type CoreOptions, coreNetwork } from "./network.ts";

/** A layer that has what a decoder has, small enough to be simulated in seconds. */
const keys = {
  model_type: "qwen3",
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 8,
  vocab_size: 19,
  max_position_embeddings: 16,
  rms_norm_eps: 1e-5,
  rope_theta: 100,
  hidden_act: "silu",
  tie_word_embeddings: true,
  bos_token_id: 1,
  eos_token_id: null,
};

/**
 * A whole decoder with random weights, compiled: what the testbench of a core runs where no network is given.
 *
 * @example
 * console.log(tinyProgram("int8", 8).header.vocabulary); // 19
 */
export function tinyProgram(activation: CoreOptions["activation"], lanes: number): CoreProgram {
  const network = coreNetwork(rf8Model(tinyModel()), { activation, context: 8 });
  return compileCore(network, { lanes, vectorLanes: 2, terms: 2 });
}

function tinyModel(): Model<DecoderConfig> {
  const config = networkConfig("config.json", keys);
  if (config.model_type === "mlp") throw new Error("the tiny network is a decoder");
  const random = seededRandom(1);
  const tensors = [...decoderTensors(config)].map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const middle = shape.length === 1 ? 1 : 0;
    const values = Float32Array.from(
      { length },
      () => middle + (random.next() >>> 0) / 2 ** 32 - 0.5,
    );
    return [name, { shape, values }] as const;
  });
  return { config, tensors: new Map(tensors) };
}
