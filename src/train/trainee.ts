import type * as Jax from "@jax-js/jax";
import {
  type DecoderConfig,
  decoderTensors,
  llamaConfig,
  type MlpConfig,
} from "../network/index.ts";
import type { Arrays, JaxArray } from "./jax.ts";
import { llamaLogits } from "./llama-forward.ts";
import { mlpOutputs } from "./mlp-forward.ts";

export const architectures = ["llama", "mlp"] as const;

/** The size of a network. */
export interface NetworkSize {
  readonly architecture: (typeof architectures)[number];
  /** Width of the hidden layers; for a Llama a multiple of 16, the width of its heads. */
  readonly hidden: number;
  readonly layers: number;
  /** Tokens that are read at once. */
  readonly context: number;
}

/** A network that learns to predict the next token, and how tokens are given to it. */
export interface Trainee {
  readonly config: DecoderConfig | MlpConfig;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Windows in a batch; each is `context` tokens that are read, and one more. */
  readonly batch: number;
  readonly context: number;
  /** How many of a window's last tokens are predicted: all but the first, or the last alone. */
  readonly predicted: number;
  /** How many of them count when the loss is measured: those that have context enough. */
  readonly counted: number;
  /** @param tokens one-hot, [batch · context, vocabulary]; consumed. Returns [batch · predicted, vocabulary] */
  logits(jax: typeof Jax, parameters: Arrays, tokens: JaxArray): JaxArray;
}

const HEAD = 16;

/** @param vocabulary tokens */
export const traineeOf = (size: NetworkSize, vocabulary: number): Trainee =>
  size.architecture === "llama" ? llamaTrainee(size, vocabulary) : mlpTrainee(size, vocabulary);

function llamaTrainee({ hidden, layers, context }: NetworkSize, vocabulary: number): Trainee {
  const [batch, heads] = [16, hidden / HEAD];
  const config = llamaConfig("config.json", {
    hidden_size: hidden,
    intermediate_size: 3 * hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    head_dim: HEAD,
    vocab_size: vocabulary,
    max_position_embeddings: context,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: false,
    hidden_act: "silu",
    bos_token_id: null,
    eos_token_id: null,
  });
  return {
    ...{ config, shapes: decoderTensors(config), batch, context },
    predicted: context,
    // In the first half of a window much is unknown that the text has told before it.
    counted: Math.ceil(context / 2),
    logits: (jax, parameters, tokens) =>
      llamaLogits(jax, config, parameters, tokens, [batch, context]),
  };
}

function mlpTrainee({ hidden, layers, context }: NetworkSize, vocabulary: number): Trainee {
  const batch = 256;
  const widths = [context * vocabulary, ...new Array<number>(layers).fill(hidden), vocabulary];
  const shapes = new Map<string, readonly number[]>();
  const config: MlpConfig = {
    model_type: "mlp",
    layers: widths.slice(1).map((outputs, layer) => {
      const [weight, bias] = [`layers.${layer}.weight`, `layers.${layer}.bias`];
      shapes.set(weight, [outputs, widths[layer] ?? 0]);
      shapes.set(bias, [outputs]);
      return { weight, bias, ...(layer < layers && { activation: "relu" as const }) };
    }),
  };
  return {
    ...{ config, shapes, batch, context, predicted: 1, counted: 1 },
    logits: (jax, parameters, tokens) =>
      mlpOutputs(jax, config, parameters, tokens.reshape([batch, context * vocabulary])),
  };
}
