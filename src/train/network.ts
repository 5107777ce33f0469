import { at } from "@chisel-ts/core";
import type * as Jax from "@jax-js/jax";
import {
  classifierOf,
  type DecoderConfig,
  decoderTensors,
  EMBEDDING,
  llamaConfig,
  type MlpConfig,
} from "../network/index.ts";
import { decoderLogits } from "./decoder-forward.ts";
import type { Arrays, JaxArray } from "./jax.ts";
import { columnsOf, type LookUp, rowsOf } from "./look-up.ts";
import { mlpOutputs } from "./mlp-forward.ts";

export const architectures = ["llama", "mlp"] as const;

/** The size of a new network. */
export interface NetworkSize {
  readonly architecture: (typeof architectures)[number];
  /** Width of the hidden layers; for a Llama a multiple of 16, the width of its heads. */
  readonly hidden: number;
  readonly layers: number;
}

export const sizeDefaults: NetworkSize & { readonly context: number } = {
  architecture: "llama",
  hidden: 64,
  layers: 2,
  context: 64,
};

/** A network that learns to predict the next token, as data. */
export interface NetworkPlan {
  readonly config: DecoderConfig | MlpConfig;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Tokens that are read at once; a window is one more. */
  readonly context: number;
}

/** What the plan computes. */
export interface TrainedNetwork extends NetworkPlan {
  readonly lookUp: LookUp;
  /** Whether the tensor that is looked up is used otherwise too. */
  readonly tied: boolean;
  /** How many of a window's last tokens are predicted: all but the first, or the last alone. */
  readonly predicted: number;
  /** @param embedded as `lookUp` gathers them; consumed. Returns [windows · predicted, vocabulary] */
  logits(jax: typeof Jax, parameters: Arrays, embedded: JaxArray): JaxArray;
}

const HEAD = 16;

/** @param vocabulary tokens */
export function newNetwork(size: NetworkSize, context: number, vocabulary: number): NetworkPlan {
  if (size.architecture === "mlp") return mlpPlan(size, context, vocabulary);
  const { hidden, layers } = size;
  const heads = hidden / HEAD;
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
  return decoderPlan(config, context);
}

export const decoderPlan = (config: DecoderConfig, context: number): NetworkPlan => ({
  config,
  shapes: decoderTensors(config),
  context,
});

function mlpPlan(
  { hidden, layers }: NetworkSize,
  context: number,
  vocabulary: number,
): NetworkPlan {
  const widths = [context * vocabulary, ...new Array<number>(layers).fill(hidden), vocabulary];
  const shapes = new Map<string, readonly number[]>();
  const config: MlpConfig = {
    model_type: "mlp",
    layers: widths.slice(1).map((outputs, layer) => {
      const [weight, bias] = [`layers.${layer}.weight`, `layers.${layer}.bias`];
      shapes.set(weight, [outputs, at(widths, layer)]);
      shapes.set(bias, [outputs]);
      return { weight, bias, ...(layer < layers && { activation: "relu" as const }) };
    }),
  };
  return { config, shapes, context };
}

export function networkOf(plan: NetworkPlan): TrainedNetwork {
  const { config, shapes, context } = plan;
  if (config.model_type === "mlp") {
    const tensor = config.layers[0]?.weight ?? "";
    const [hidden = 0, columns = 0] = shapes.get(tensor) ?? [];
    return {
      ...plan,
      lookUp: columnsOf(tensor, hidden, columns / context),
      tied: false,
      predicted: 1,
      logits: (jax, parameters, embedded) => mlpOutputs(jax, config, parameters, embedded),
    };
  }
  return {
    ...plan,
    lookUp: rowsOf(EMBEDDING, config.hidden_size),
    predicted: context,
    tied: classifierOf(config) === EMBEDDING,
    logits: (jax, parameters, embedded) =>
      decoderLogits({ jax, config, parameters, length: context }, embedded),
  };
}
