import { at } from "@chisel-ts/core";
import { activationFunction } from "../activations.ts";
import { floatLayers, type LinearLayers } from "../linear.ts";
import { type Model, tensorOf } from "../model.ts";
import { type AttentionShape, attend } from "./attention.ts";
import type { DecoderConfig } from "./config.ts";
import { type Norm, norms } from "./norm.ts";
import { Sequence } from "./sequence.ts";
import {
  classifierOf,
  EMBEDDING,
  FINAL_NORM,
  layerPart,
  layerTensor,
  type Projection,
  type Projections,
  projectionsOf,
} from "./tensors.ts";

/** A token that a sequence reads next. */
export interface TokenStep {
  readonly sequence: Sequence;
  readonly token: number;
}

/** The vectors of so many tokens on their way through the layers, one token after the other in each. */
function vectorsOf(config: DecoderConfig, tokens: number) {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: head } = config;
  const queries = config.num_attention_heads * head;
  const keys = config.num_key_value_heads * head;
  const array = (width: number): Float32Array => new Float32Array(tokens * width);
  return {
    tokens,
    /** The residual stream. */
    x: array(hidden),
    normed: array(hidden),
    branch: array(hidden),
    queryKeyValue: array(queries + 2 * keys),
    attended: array(queries),
    gateUp: array(2 * inner),
    gated: array(inner),
    /** The outputs of one matrix, where others stand beside them. */
    part: array(Math.max(queries, inner)),
  };
}

/**
 * The forward pass of every family: what differs is in the configuration. Tokens are read side by side, of one sequence
 * or of many, and every matrix is applied to all of them at once.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const decoder = new Decoder(model);
 * const states = decoder.read([1, 2].map((token) => ({ sequence: decoder.sequence(), token })));
 * console.log(states.length / model.config.hidden_size); // 2
 */
export class Decoder {
  readonly #model: Model<DecoderConfig>;
  readonly #layers: LinearLayers;
  readonly #projections: Projections;
  readonly #activation: (x: number) => number;
  readonly #normalize: Norm;
  #vectors: ReturnType<typeof vectorsOf>;

  /** @param layers make the products with matrices; embedding rows, norms and biases come from the model */
  constructor(model: Model<DecoderConfig>, layers: LinearLayers = floatLayers(model)) {
    const { config } = model;
    this.#model = model;
    this.#layers = layers;
    this.#projections = projectionsOf(config);
    this.#activation = activationFunction(config.activation);
    this.#normalize = norms[config.norm.kind];
    this.#vectors = vectorsOf(config, 1);
  }

  /**
   * An empty sequence.
   *
   * @param length tokens that it will have at most
   * @throws RangeError for more than max_position_embeddings.
   */
  sequence(length = this.#model.config.max_position_embeddings): Sequence {
    return new Sequence(this.#model.config, length);
  }

  /**
   * Reads tokens. Steps of the same sequence are its next tokens, in their order.
   *
   * @returns what the classifier takes, hidden_size elements a token; valid until the next call
   * @throws RangeError for a token outside the vocabulary, and beyond the length of a sequence; nothing is then read.
   */
  read(steps: readonly TokenStep[]): Float32Array {
    const { config } = this.#model;
    const { hidden_size: hidden } = config;
    if (steps.length !== this.#vectors.tokens) this.#vectors = vectorsOf(config, steps.length);
    const { x, normed } = this.#vectors;
    for (const { token } of steps)
      if (!(Number.isInteger(token) && token >= 0 && token < config.vocab_size))
        throw new RangeError(`token ${token}: ids are 0 to ${config.vocab_size - 1}`);
    const positions = placesOf(steps);
    const embedding = tensorOf(this.#model, EMBEDDING).values;
    steps.forEach(({ token }, i) => {
      x.set(embedding.subarray(token * hidden, (token + 1) * hidden), i * hidden);
    });
    scaleBy(x, config.scales.embedding);
    config.layers.forEach((_, layer) => {
      this.#attention(layer, steps, positions);
      this.#feedForward(layer);
    });
    for (const { sequence } of steps) sequence.position += 1;
    this.#norm(FINAL_NORM, x, normed);
    return normed;
  }

  /**
   * The logits of the tokens that follow.
   *
   * @param states what `read` returned, or the part of it that belongs to some tokens
   * @param logits where they go, vocab_size elements a token
   */
  classify(states: Float32Array, logits: Float32Array): void {
    const { config } = this.#model;
    this.#layers.apply(classifierOf(config), states, logits, logits.length / config.vocab_size);
    scaleBy(logits, config.scales.logits);
    const cap = config.softCaps.logits;
    if (cap !== null)
      for (let i = 0; i < logits.length; i++)
        logits[i] = cap * Math.tanh((logits[i] as number) / cap);
  }

  /** Each token's part of x, by a gain as long as the part, and where there is one a bias. */
  #norm(name: string, x: Float32Array, output: Float32Array): void {
    const { norm } = this.#model.config;
    const gain = tensorOf(this.#model, `${name}.weight`).values;
    for (let start = 0; start < x.length; start += gain.length) {
      const end = start + gain.length;
      this.#normalize(x.subarray(start, end), gain, norm.epsilon, output.subarray(start, end));
    }
    if (norm.kind === "layer") this.#addBias(`${name}.bias`, output, 0, gain.length);
  }

  #addBias(name: string, rows: Float32Array, start: number, width: number): void {
    const bias = tensorOf(this.#model, name).values;
    for (let row = start; row < rows.length; row += width)
      for (let i = 0; i < bias.length; i++)
        rows[row + i] = (rows[row + i] as number) + (bias[i] as number);
  }

  /** The outputs of the parts stand one after the other in the output of each token. */
  #project(layer: number, projection: Projection, input: Float32Array, output: Float32Array): void {
    const { tokens, part } = this.#vectors;
    const width = output.length / tokens;
    let start = 0;
    for (const { name, outputs } of projection.parts) {
      const weight = layerTensor(layer, name);
      if (tokens === 1 || outputs === width)
        this.#layers.apply(weight, input, output.subarray(start, start + outputs * tokens), tokens);
      else {
        const own = part.subarray(0, outputs * tokens);
        this.#layers.apply(weight, input, own, tokens);
        for (let token = 0; token < tokens; token++)
          output.set(own.subarray(token * outputs, (token + 1) * outputs), token * width + start);
      }
      if (projection.bias) this.#addBias(layerTensor(layer, name, "bias"), output, start, width);
      start += outputs;
    }
  }

  #attention(layer: number, steps: readonly TokenStep[], positions: readonly number[]): void {
    const { config } = this.#model;
    const { x, normed, queryKeyValue, attended, branch } = this.#vectors;
    const { before } = config.attentionNorms;
    if (before !== undefined) this.#norm(layerPart(layer, before), x, normed);
    this.#project(
      layer,
      this.#projections.queryKeyValue,
      before === undefined ? x : normed,
      queryKeyValue,
    );
    const { head_dim: head, num_key_value_heads: keyHeads } = config;
    const [queries, keys] = [config.num_attention_heads * head, keyHeads * head];
    const shape: AttentionShape = {
      head,
      keyHeads,
      scale: config.scales.attention,
      softCap: config.softCaps.attention,
      window: config.layers[layer]?.window ?? null,
    };
    steps.forEach(({ sequence }, i) => {
      const start = i * (queries + 2 * keys);
      const query = queryKeyValue.subarray(start, start + queries);
      const key = queryKeyValue.subarray(start + queries, start + queries + keys);
      const value = queryKeyValue.subarray(start + queries + keys, start + queries + 2 * keys);
      if (config.queryKeyNorm !== "none") {
        this.#norm(layerPart(layer, "self_attn.q_norm"), query, query);
        this.#norm(layerPart(layer, "self_attn.k_norm"), key, key);
      }
      const rotary = sequence.rotary(layer);
      for (const heads of [query, key]) rotary?.turn(heads, head, at(positions, i));
      const cache = sequence.cache(layer);
      cache.append(key, value);
      attend(query, cache, shape, attended.subarray(i * queries, (i + 1) * queries));
    });
    this.#project(layer, this.#projections.output, attended, branch);
    this.#addBranch(layer, config.attentionNorms.after);
  }

  #feedForward(layer: number): void {
    const { before, after } = this.#model.config.feedForwardNorms;
    const { x, normed, gateUp, gated, branch, tokens } = this.#vectors;
    if (before !== undefined) this.#norm(layerPart(layer, before), x, normed);
    this.#project(layer, this.#projections.gateUp, before === undefined ? x : normed, gateUp);
    const inner = gated.length / tokens;
    for (let token = 0; token < tokens; token++)
      for (let i = 0; i < inner; i++) {
        const at = 2 * token * inner + i;
        gated[token * inner + i] =
          this.#activation(gateUp[at] as number) * (gateUp[at + inner] as number);
      }
    this.#project(layer, this.#projections.down, gated, branch);
    this.#addBranch(layer, after);
  }

  #addBranch(layer: number, after: string | undefined): void {
    const { x, branch } = this.#vectors;
    if (after !== undefined) this.#norm(layerPart(layer, after), branch, branch);
    const { residual } = this.#model.config.scales;
    for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + residual * (branch[i] as number);
  }
}

/** The position at which each step is read. @throws RangeError beyond the length of a sequence. */
function placesOf(steps: readonly TokenStep[]): number[] {
  const next = new Map<Sequence, number>();
  return steps.map(({ sequence }) => {
    const position = next.get(sequence) ?? sequence.position;
    if (position >= sequence.length)
      throw new RangeError(`the model reads at most ${sequence.length} tokens`);
    next.set(sequence, position + 1);
    return position;
  });
}

function scaleBy(values: Float32Array, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < values.length; i++) values[i] = factor * (values[i] as number);
}
