import { activationFunction } from "./activations.ts";
import { attend, KeyValueCache } from "./attention.ts";
import { floatLayers, type LinearLayers } from "./linear.ts";
import type { LlamaConfig } from "./llama-config.ts";
import { classifierOf, EMBEDDING, FINAL_NORM, layerTensor } from "./llama-tensors.ts";
import { type Model, tensorOf } from "./model.ts";
import { rmsNorm } from "./rms-norm.ts";
import { Rotary } from "./rotary.ts";

/** The vectors of one token on its way through the layers. */
const vectorsOf = (config: LlamaConfig) => {
  const queries = config.num_attention_heads * config.head_dim;
  const keys = config.num_key_value_heads * config.head_dim;
  return {
    /** The residual stream. */
    x: new Float32Array(config.hidden_size),
    normed: new Float32Array(config.hidden_size),
    branch: new Float32Array(config.hidden_size),
    query: new Float32Array(queries),
    key: new Float32Array(keys),
    value: new Float32Array(keys),
    attended: new Float32Array(queries),
    gate: new Float32Array(config.intermediate_size),
    up: new Float32Array(config.intermediate_size),
    logits: new Float32Array(config.vocab_size),
  };
};

/** A Llama reading a sequence, one token after the other. */
export class LlamaSession {
  readonly #model: Model<LlamaConfig>;
  readonly #layers: LinearLayers;
  readonly #caches: readonly KeyValueCache[];
  readonly #rotary: Rotary;
  readonly #activation: (x: number) => number;
  readonly #vectors: ReturnType<typeof vectorsOf>;
  #position = 0;

  /** @param layers make the products with matrices; embedding rows and norms come from the model */
  constructor(model: Model<LlamaConfig>, layers: LinearLayers = floatLayers(model)) {
    const { config } = model;
    const width = config.num_key_value_heads * config.head_dim;
    this.#model = model;
    this.#layers = layers;
    this.#caches = Array.from({ length: config.num_hidden_layers }, () => new KeyValueCache(width));
    this.#rotary = new Rotary(config.head_dim, config.rope_theta);
    this.#activation = activationFunction(config.hidden_act);
    this.#vectors = vectorsOf(config);
  }

  /** Tokens read so far. */
  get position(): number {
    return this.#position;
  }

  /** Forgets the sequence. */
  reset(): void {
    this.#position = 0;
    for (const cache of this.#caches) cache.clear();
  }

  /**
   * Reads a token.
   *
   * @returns the logits of the token after it, one for each of the vocabulary; valid until the next call
   * @throws RangeError for a token outside the vocabulary, and beyond max_position_embeddings tokens.
   */
  next(token: number): Float32Array {
    const { config } = this.#model;
    if (!(Number.isInteger(token) && token >= 0 && token < config.vocab_size))
      throw new RangeError(`token ${token}: ids are 0 to ${config.vocab_size - 1}`);
    if (this.#position === config.max_position_embeddings)
      throw new RangeError(`the model reads at most ${config.max_position_embeddings} tokens`);
    const { x, normed, logits } = this.#vectors;
    const start = token * x.length;
    x.set(tensorOf(this.#model, EMBEDDING).values.subarray(start, start + x.length));
    this.#rotary.moveTo(this.#position);
    this.#caches.forEach((cache, layer) => {
      this.#attention(layer, cache);
      this.#feedForward(layer);
    });
    this.#position += 1;
    this.#norm(FINAL_NORM);
    this.#layers.apply(classifierOf(config), normed, logits);
    return logits;
  }

  #norm(name: string): void {
    const { x, normed } = this.#vectors;
    rmsNorm(x, tensorOf(this.#model, name).values, this.#model.config.rms_norm_eps, normed);
  }

  #attention(layer: number, cache: KeyValueCache): void {
    const { normed, query, key, value, attended, branch } = this.#vectors;
    const { head_dim: head, num_key_value_heads: keyHeads } = this.#model.config;
    this.#norm(layerTensor(layer, "input_layernorm"));
    this.#layers.apply(layerTensor(layer, "self_attn.q_proj"), normed, query);
    this.#layers.apply(layerTensor(layer, "self_attn.k_proj"), normed, key);
    this.#layers.apply(layerTensor(layer, "self_attn.v_proj"), normed, value);
    this.#rotary.turn(query);
    this.#rotary.turn(key);
    cache.append(key, value);
    attend(query, cache, { head, keyHeads }, attended);
    this.#layers.apply(layerTensor(layer, "self_attn.o_proj"), attended, branch);
    this.#addBranch();
  }

  #feedForward(layer: number): void {
    const { normed, gate, up, branch } = this.#vectors;
    this.#norm(layerTensor(layer, "post_attention_layernorm"));
    this.#layers.apply(layerTensor(layer, "mlp.gate_proj"), normed, gate);
    this.#layers.apply(layerTensor(layer, "mlp.up_proj"), normed, up);
    for (let i = 0; i < gate.length; i++)
      gate[i] = this.#activation(gate[i] as number) * (up[i] as number);
    this.#layers.apply(layerTensor(layer, "mlp.down_proj"), gate, branch);
    this.#addBranch();
  }

  #addBranch(): void {
    const { x, branch } = this.#vectors;
    for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + (branch[i] as number);
  }
}
