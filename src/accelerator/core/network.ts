import {
  type Block,
  type Constant,
  constantOf,
  type Gate,
  gates,
  type NormParameters,
  normParameters,
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
} from "../../network/index.ts";
import { InferenceError } from "../run/error.ts";
import type { CoreMatrix } from "./matrix.ts";
import { type CoreNumbers, modelNumbers } from "./numbers.ts";

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

/** How queries and keys turn. */
export interface Turns {
  /** Pairs of elements of a head that turn. */
  readonly pairs: number;
  /** Cosines and sines of each position, one after the other. */
  readonly values: Int32Array;
}

export interface CoreLayer {
  readonly attentionNorm: NormParameters;
  readonly queryKeyValue: CoreProjection;
  readonly queryNorm: NormParameters | null;
  readonly keyNorm: NormParameters | null;
  /** Null where nothing turns. */
  readonly turns: Turns | null;
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
 *   before them, mixtures of experts, matrices that are not RF8, and sums of more than 52 bits.
 *
 * @example
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const { layers, bits } = coreNetwork(model, { activation: "int8", context: 8 });
 * console.log(`${layers.length} layers, activations of ${bits} bits`); // 2 layers, activations of 8 bits
 */
export function coreNetwork(model: Model<DecoderConfig>, options: CoreOptions): CoreNetwork {
  const { activation, context } = options;
  return lowered(
    model.config,
    options,
    modelNumbers(model, { bits: activationBits[activation], context }),
  );
}

/** A decoder as the core computes it, with its numbers from anywhere. @throws InferenceError for what the core does not have. */
export function lowered(
  config: DecoderConfig,
  options: CoreOptions,
  numbers: CoreNumbers,
): CoreNetwork {
  refuse(config, options);
  const projections = projectionsOf(config);
  const project = (layer: number, { parts, bias }: Projection): CoreProjection =>
    parts.map(({ name }) => ({
      matrix: numbers.matrix(layerTensor(layer, name)),
      bias: bias ? numbers.bias(layerTensor(layer, name, "bias")) : null,
    }));
  const { attentionNorms, feedForwardNorms, hidden_size: hidden, head_dim: head } = config;
  const normOf = (name: string, group: number): NormParameters =>
    normParameters(group, numbers.gain(name, group), config.norm.epsilon);
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
      turns: given.rotary && {
        pairs: given.rotary.frequencies.length,
        values: numbers.turns(given.rotary),
      },
      keyExponent: cacheExponent(numbers.largestKey(layer)),
      valueExponent: cacheExponent(numbers.largestValue(layer)),
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
    config,
    options,
    layers,
    bits: activationBits[options.activation],
    embedding: numbers.matrix(EMBEDDING),
    embeddingScale: optional(config.scales.embedding),
    residualScale: optional(config.scales.residual),
    scoreScale: constantOf(config.scales.attention * Math.LOG2E),
    gate: gateOf(config),
    finalNorm: normOf(FINAL_NORM, hidden),
    classifier: numbers.matrix(classifierOf(config)),
  };
}

const positionsOf = ({ window }: DecoderLayer, { context }: CoreOptions): number =>
  Math.min(context, window ?? context);

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
  if (config.layers.some(({ experts }) => experts)) fail("the core has no mixtures of experts");
  if (!(Number.isInteger(context) && context >= 1 && context <= config.max_position_embeddings))
    fail(
      `a context of ${context}; 1 to max_position_embeddings, ${config.max_position_embeddings}, is possible`,
    );
}
