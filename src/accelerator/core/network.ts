import {
  type Block,
  blockOf,
  type Constant,
  constantOf,
  type Gate,
  gates,
  type NormParameters,
  normParameters,
  storedMantissas,
} from "../../model/core/index.ts";
import {
  classifierOf,
  type DecoderConfig,
  type DecoderLayer,
  EMBEDDING,
  FINAL_NORM,
  layerPart,
  layerTensor,
  type Model,
  type Projection,
  projectionsOf,
  tensorOf,
} from "../../network/index.ts";
import { InferenceError } from "../run/error.ts";
import { largestKey, largestValue } from "./bounds.ts";
import { gainsOf } from "./gains.ts";
import { type CoreMatrix, coreMatrix } from "./matrix.ts";
import { turnsOf } from "./turns.ts";

/** What a network is lowered for. */
export interface CoreOptions {
  /** Bits of the activations that weights are multiplied by. */
  readonly activation: "int8" | "int16";
  /** Positions of the cache. */
  readonly context: number;
}

export const activationBits = { int8: 8, int16: 16 } as const;

/** Matrices that read the same vector; each writes a vector, which a bias is added to where there is one. */
export type CoreProjection = readonly {
  readonly matrix: CoreMatrix;
  readonly bias: Block | null;
}[];

export interface CoreLayer {
  readonly attentionNorm: NormParameters;
  readonly queryKeyValue: CoreProjection;
  readonly queryNorm: NormParameters | null;
  readonly keyNorm: NormParameters | null;
  /** Cosines and sines of each position, one after the other; null where nothing turns. */
  readonly turns: Int32Array | null;
  /** Exponents of W in the cache: no key and no value is beyond the largest code. */
  readonly keyExponent: number;
  readonly valueExponent: number;
  /** Positions that the cache holds; a later one takes the place of the oldest. */
  readonly positions: number;
  readonly output: CoreProjection;
  readonly afterAttention: NormParameters | null;
  readonly feedForwardNorm: NormParameters | null;
  readonly gateUp: CoreProjection;
  readonly down: CoreProjection;
  readonly afterFeedForward: NormParameters | null;
}

/** A decoder with every number as the core holds it. */
export interface CoreNetwork {
  readonly config: DecoderConfig;
  readonly options: CoreOptions;
  readonly bits: 8 | 16;
  readonly embedding: CoreMatrix;
  readonly embeddingScale: Constant | null;
  readonly residualScale: Constant | null;
  /** Of query · key, times log2(e). */
  readonly scoreScale: Constant;
  readonly gate: Gate;
  readonly layers: readonly CoreLayer[];
  readonly finalNorm: NormParameters;
  readonly classifier: CoreMatrix;
}

/**
 * A decoder whose matrices are RF8, as the core computes it: gains, biases and turns of 16 bits, factors as mantissas, shifts that
 * no sum can overflow.
 *
 * @throws InferenceError naming what the core does not have: layer norms, soft caps of scores, branches without a norm
 *   before them, matrices that are not RF8, and sums of more than 52 bits.
 */
export function coreNetwork(model: Model<DecoderConfig>, options: CoreOptions): CoreNetwork {
  const { config } = model;
  refuse(config, options);
  const bits = activationBits[options.activation];
  const matrices = new Map<string, CoreMatrix>();
  const matrix = (name: string): CoreMatrix => {
    const known = matrices.get(name) ?? coreMatrix(model, name, bits);
    matrices.set(name, known);
    return known;
  };
  const projections = projectionsOf(config);
  const project = (layer: number, { parts, bias }: Projection): CoreProjection =>
    parts.map(({ name }) => ({
      matrix: matrix(layerTensor(layer, name)),
      bias: bias ? stored(tensorOf(model, layerTensor(layer, name, "bias")).values) : null,
    }));
  const { attentionNorms, feedForwardNorms, hidden_size: hidden, head_dim: head } = config;
  const normOf = (name: string, group: number): NormParameters => {
    const gain = gainsOf(model, name).map((value) => value * Math.sqrt(group));
    return normParameters(group, storedMantissas(gain), config.norm.epsilon);
  };
  const branchNorm = (layer: number, name: string | undefined): NormParameters | null =>
    name === undefined ? null : normOf(layerPart(layer, name), hidden);
  const headNorm = (layer: number, which: "q" | "k", heads: number): NormParameters | null =>
    config.queryKeyNorm === "none"
      ? null
      : normOf(
          layerPart(layer, `self_attn.${which}_norm`),
          config.queryKeyNorm === "head" ? head : heads * head,
        );
  const layers = config.layers.map((given, layer): CoreLayer => {
    const before = attentionNorms.before ?? "";
    return {
      attentionNorm: normOf(layerPart(layer, before), hidden),
      queryKeyValue: project(layer, projections.queryKeyValue),
      queryNorm: headNorm(layer, "q", config.num_attention_heads),
      keyNorm: headNorm(layer, "k", config.num_key_value_heads),
      turns: given.rotary && turnsOf(given.rotary, options.context),
      keyExponent: cacheExponent(largestKey(model, layer)),
      valueExponent: cacheExponent(largestValue(model, layer)),
      positions: positionsOf(given, options),
      output: project(layer, projections.output),
      afterAttention: branchNorm(layer, attentionNorms.after),
      feedForwardNorm: branchNorm(layer, feedForwardNorms.before),
      gateUp: project(layer, projections.gateUp),
      down: project(layer, projections.down),
      afterFeedForward: branchNorm(layer, feedForwardNorms.after),
    };
  });
  const optional = (factor: number): Constant | null => (factor === 1 ? null : constantOf(factor));
  return {
    ...{ config, options, bits, layers },
    embedding: matrix(EMBEDDING),
    embeddingScale: optional(config.scales.embedding),
    residualScale: optional(config.scales.residual),
    scoreScale: constantOf(config.scales.attention * Math.LOG2E),
    gate: gateOf(config),
    finalNorm: normOf(FINAL_NORM, hidden),
    classifier: matrix(classifierOf(config)),
  };
}

const positionsOf = ({ window }: DecoderLayer, { context }: CoreOptions): number =>
  Math.min(context, window ?? context);

const stored = (values: Float32Array): Block => {
  const { values: mantissas, exponent } = storedMantissas(values);
  return blockOf(mantissas, exponent);
};

/** The lowest exponent at which the largest code, 1.5 · 2^19 in W, is at least `largest`. */
const cacheExponent = (largest: number): number =>
  largest === 0 ? 0 : Math.ceil(Math.log2(largest / (1.5 * 2 ** 19)));

function gateOf({ activation, model_type }: DecoderConfig): Gate {
  const gate = gates.find((name) => name === activation);
  if (!gate)
    throw new InferenceError(
      `${model_type}: the core has no function ${activation}; it has ${gates.join(", ")}`,
    );
  return gate;
}

function refuse(config: DecoderConfig, { context }: CoreOptions): void {
  const fail = (problem: string): never => {
    throw new InferenceError(`${config.model_type}: ${problem}`);
  };
  if (config.norm.kind === "layer") fail("the core has RMS norms, no layer norms");
  if (config.softCaps.attention !== null)
    fail("the core has no soft cap of attention scores (attn_logit_softcapping)");
  if (config.attentionNorms.before === undefined)
    fail("the core needs a norm before attention, which bounds what its cache holds");
  if (!(Number.isInteger(context) && context >= 1 && context <= config.max_position_embeddings))
    fail(
      `a context of ${context}; 1 to max_position_embeddings, ${config.max_position_embeddings}, is possible`,
    );
}
