import {
  add,
  type Block,
  blockOf,
  CACHE_LIMIT,
  embedding,
  factorOf,
  gated,
  gateTable,
  mantissas,
  means,
  multiply,
  type NormParameters,
  norm,
  product,
  rotary,
  rowSums,
  scale,
  scores,
  shiftWithin,
  slice,
  softmax,
} from "../../model/core/index.ts";
import { type CacheFormat, IntegerCache } from "./cache.ts";
import type { CoreMatrix } from "./matrix.ts";
import type { CoreLayer, CoreNetwork, CoreProjection } from "./network.ts";

/**
 * A decoder in the core's integers, bit for bit: the model that descriptors and circuits are compared with.
 *
 * @example
 * const setting = { format: "rf8", rounding: "nearest", granularity: "tensor" };
 * const model = quantizedModel(readModel(`${folder}/model`), setting);
 * const decoder = new IntegerDecoder(coreNetwork(model, { activation: "int16", context: 8 }));
 * console.log(`${decoder.next(1).values.length} ${decoder.position}`); // 17 1
 */
export class IntegerDecoder {
  readonly #network: CoreNetwork;
  readonly #gate: Int32Array;
  readonly #caches: readonly { readonly keys: IntegerCache; readonly values: IntegerCache }[];
  #position = 0;

  constructor(network: CoreNetwork, cache: CacheFormat = "rf8") {
    const { num_key_value_heads: heads, head_dim: head } = network.config;
    this.#network = network;
    this.#gate = gateTable(network.gate);
    this.#caches = network.layers.map(({ positions, keyExponent, valueExponent }) => ({
      keys: new IntegerCache(positions, heads * head, keyExponent, cache),
      values: new IntegerCache(positions, heads * head, valueExponent, cache),
    }));
  }

  /** Tokens read so far. */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads a token.
   *
   * @returns the classifier's results, whose largest is the next token (`argmax`)
   * @throws RangeError for a token outside the vocabulary, and beyond the context.
   */
  next(token: number): Block {
    const { config, layers, options } = this.#network;
    if (!(Number.isInteger(token) && token >= 0 && token < config.vocab_size))
      throw new RangeError(`token ${token}: ids are 0 to ${config.vocab_size - 1}`);
    if (this.#position >= options.context)
      throw new RangeError(`the cache has room for ${options.context} tokens`);
    let x = this.#embed(token);
    layers.forEach((layer, index) => {
      x = this.#branch(x, this.#attention(layer, index, x), layer.afterAttention);
      x = this.#branch(x, this.#feedForward(layer, x), layer.afterFeedForward);
    });
    this.#position += 1;
    return this.#multiply(this.#network.classifier, norm(x, this.#network.finalNorm));
  }

  #embed(token: number): Block {
    const { embedding: matrix, embeddingScale } = this.#network;
    const { codes, columns, exponent, factors } = matrix;
    const row = codes.subarray(token * columns, (token + 1) * columns);
    const codesOf = embedding(row, exponent);
    const x = factors ? scale(codesOf, factorOf(factors, token)) : codesOf;
    return embeddingScale ? scale(x, embeddingScale) : x;
  }

  #multiply({ codes, rows, columns, exponent, shift, factors }: CoreMatrix, x: Block): Block {
    const input = mantissas(x, this.#network.bits);
    const sums = rowSums({ codes, start: 0, rows, columns, stride: columns }, input);
    return product(sums, { exponent: exponent + input.exponent, shift, factors });
  }

  #project(projection: CoreProjection, x: Block): Block[] {
    return projection.map(({ matrix, bias }) => {
      const y = this.#multiply(matrix, x);
      return bias ? add(y, bias) : y;
    });
  }

  #attention(layer: CoreLayer, index: number, x: Block): Block {
    const {
      num_attention_heads: heads,
      num_key_value_heads: keyHeads,
      head_dim: head,
    } = this.#network.config;
    const projected = this.#project(layer.queryKeyValue, norm(x, layer.attentionNorm));
    const [query, key, value] = parts(projected, [heads * head, keyHeads * head, keyHeads * head]);
    const turned = (vector: Block, headNorm: NormParameters | null): Block => {
      const normed = headNorm ? norm(vector, headNorm) : vector;
      if (!layer.turns) return normed;
      const each = 2 * layer.turns.pairs;
      const start = this.#position * each;
      return rotary(normed, layer.turns.values.subarray(start, start + each), head);
    };
    const cache = this.#caches[index];
    if (!cache || !query || !key || !value) throw new RangeError(`layer ${index} has no cache`);
    const row = this.#position % layer.positions;
    cache.keys.write(row, turned(key, layer.keyNorm));
    cache.values.write(row, value);
    const queries = turned(query, layer.queryNorm);
    const attended = new Int32Array(heads * head);
    let exponent = 0;
    for (let h = 0; h < heads; h++) {
      const keyStart = Math.floor((h * keyHeads) / heads) * head;
      const one = this.#attend(layer, cache, slice(queries, h * head, (h + 1) * head), keyStart);
      attended.set(one.values, h * head);
      exponent = one.exponent;
    }
    return this.#only(layer.output, blockOf(attended, exponent));
  }

  /** One query head over all positions of the cache. */
  #attend(
    layer: CoreLayer,
    { keys, values }: { readonly keys: IntegerCache; readonly values: IntegerCache },
    query: Block,
    keyStart: number,
  ): Block {
    const { bits, scoreScale } = this.#network;
    const count = Math.min(this.#position + 1, layer.positions);
    const q = mantissas(query, bits);
    const sums = Float64Array.from({ length: count }, (_, t) => {
      let sum = 0;
      for (let i = 0; i < q.values.length; i++)
        sum += (q.values[i] as number) * keys.at(t, keyStart + i);
      return sum;
    });
    const shift = shiftWithin(q.values.length * 2 ** (bits - 1) * CACHE_LIMIT);
    const exponent = q.exponent + keys.exponent;
    const weights = mantissas(softmax(scores(sums, { exponent, shift, scale: scoreScale })), bits);
    const mixed = Float64Array.from({ length: q.values.length }, (_, i) => {
      let sum = 0;
      for (let t = 0; t < count; t++)
        sum += (weights.values[t] as number) * values.at(t, keyStart + i);
      return sum;
    });
    return means(mixed, weights.values, values.exponent);
  }

  #feedForward(layer: CoreLayer, x: Block): Block {
    const inner = this.#network.config.intermediate_size;
    const normed = layer.feedForwardNorm ? norm(x, layer.feedForwardNorm) : x;
    const [gate, up] = parts(this.#project(layer.gateUp, normed), [inner, inner]);
    if (!gate || !up) throw new RangeError("a feed-forward branch has a gate and a product");
    return this.#only(layer.down, multiply(gated(gate, this.#gate), up));
  }

  #only(projection: CoreProjection, x: Block): Block {
    const [y] = this.#project(projection, x);
    if (!y) throw new RangeError("a projection has a matrix");
    return y;
  }

  #branch(x: Block, branch: Block, after: NormParameters | null): Block {
    const normed = after ? norm(branch, after) : branch;
    const { residualScale } = this.#network;
    return add(x, residualScale ? scale(normed, residualScale) : normed);
  }
}

/** Vectors as they are, or the parts of the one that holds them all. */
function parts(vectors: readonly Block[], lengths: readonly number[]): readonly Block[] {
  const [all] = vectors;
  if (vectors.length > 1 || !all) return vectors;
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return slice(all, start - length, start);
  });
}
