import type { NormParameters } from "../../model/core/index.ts";
import { type Builder, constantFields, type NormVectors, type Part, whole } from "./builder.ts";
import { CoreError } from "./error.ts";
import { HeadCache } from "./head-cache.ts";
import type { CoreLayer, CoreNetwork, CoreProjection } from "./network.ts";

/** The two branches of a layer. */
export class Branch {
  readonly #builder: Builder;
  readonly #network: CoreNetwork;
  readonly #layer: CoreLayer;
  readonly #index: number;

  constructor(builder: Builder, network: CoreNetwork, layer: CoreLayer, index: number) {
    this.#builder = builder;
    this.#network = network;
    this.#layer = layer;
    this.#index = index;
  }

  attention(terms: 1 | 2): void {
    const { hidden_size: hidden, head_dim: head } = this.#network.config;
    const { num_attention_heads: heads, num_key_value_heads: keyHeads } = this.#network.config;
    const layer = this.#layer;
    this.#norm("attention norm", layer.attentionNorm, {
      source: whole("x"),
      target: whole("normed"),
      columns: hidden,
    });
    const [query, key, value] = this.#project(
      layer.queryKeyValue,
      whole("normed"),
      ["query", "key", "value"],
      [heads * head, keyHeads * head, keyHeads * head],
    );
    if (!query || !key || !value) throw new CoreError("a layer without queries, keys and values");
    const queries = this.#turn("query", query, heads, layer.queryNorm);
    const keys = this.#turn("key", key, keyHeads, layer.keyNorm);
    const each = this.#caches(terms);
    each.forEach((cache, h) => {
      cache.store(
        { ...keys, start: keys.start + h * head },
        { ...value, start: value.start + h * head },
      );
    });
    const builder = this.#builder;
    builder.vectors.reserve("scores", layer.positions);
    builder.vectors.reserve("weights", layer.positions);
    builder.vectors.reserve("attended", heads * head);
    for (let h = 0; h < heads; h++) {
      const cache = each[Math.floor((h * keyHeads) / heads)];
      cache?.attend({ ...queries, start: queries.start + h * head }, h);
    }
    this.#branch(layer.output, whole("attended"), "norm after attention", layer.afterAttention);
  }

  feedForward(): void {
    const { hidden_size: hidden, intermediate_size: inner } = this.#network.config;
    const layer = this.#layer;
    let from = whole("x");
    if (layer.feedForwardNorm) {
      this.#norm("feed-forward norm", layer.feedForwardNorm, {
        source: from,
        target: whole("normed"),
        columns: hidden,
      });
      from = whole("normed");
    }
    const [gate, up] = this.#project(layer.gateUp, from, ["gate", "up"], [inner, inner]);
    if (!gate || !up) throw new CoreError("a feed-forward branch without gate and product");
    const builder = this.#builder;
    for (const vector of ["active", "gated"]) builder.vectors.reserve(vector, inner);
    const columns = () => ({ columns: inner });
    builder.emit(
      "function",
      this.#network.gate,
      { source: gate, target: whole("active") },
      columns,
    );
    const operands = { source: whole("active"), other: up, target: whole("gated") };
    builder.emit("multiply", "gate times up", operands, columns);
    this.#branch(layer.down, whole("gated"), "norm after feed-forward", layer.afterFeedForward);
  }

  #norm(name: string, norm: NormParameters, vectors: NormVectors): void {
    this.#builder.norm(`${name}, layer ${this.#index}`, norm, vectors);
  }

  /** Products with matrices, and their biases. @returns the parts, whether they are vectors or lie in one */
  #project(
    projection: CoreProjection,
    source: Part,
    names: readonly string[],
    lengths: readonly number[],
  ): Part[] {
    const fused = projection.length < names.length;
    const outputs = projection.map(({ matrix, bias }, i) => {
      const output = whole(names[i] ?? "branch");
      const raw = bias ? whole("unbiased") : output;
      this.#builder.product(matrix, source, raw);
      if (bias) {
        this.#builder.load(`${matrix.name}, bias`, bias.values, bias.exponent, whole("bias"));
        this.#add(raw, whole("bias"), output, matrix.rows);
      }
      return output;
    });
    if (!fused) return outputs;
    let start = 0;
    return lengths.map((length) => {
      start += length;
      return { vector: names[0] ?? "branch", start: start - length };
    });
  }

  #add(source: Part, other: Part, target: Part, columns: number): void {
    this.#builder.vectors.reserve(target.vector, target.start + columns);
    this.#builder.emit(
      "add",
      `${source.vector} + ${other.vector}`,
      { source, other, target },
      () => ({
        columns,
      }),
    );
  }

  /** Queries or keys, normed and turned where the network has it so. */
  #turn(name: string, from: Part, heads: number, norm: NormParameters | null): Part {
    const head = this.#network.config.head_dim;
    const columns = heads * head;
    let part = from;
    if (norm) {
      this.#norm(`norm of the ${name}`, norm, {
        source: part,
        target: whole(`${name} normed`),
        columns,
      });
      part = whole(`${name} normed`);
    }
    const { turns } = this.#layer;
    if (!turns) return part;
    const builder = this.#builder;
    const each = 2 * turns.pairs;
    const what = `cosines and sines, from layer ${this.#index} on`;
    const address = builder.table(what, turns.values, each);
    const target = whole(`${name} turned`);
    builder.vectors.reserve("turns", each);
    builder.vectors.reserve(target.vector, columns);
    // Keys are turned by what was loaded for the queries.
    if (name === "query")
      builder.emit("load", "cosines and sines of the position", { target: whole("turns") }, () => ({
        address: address(),
        columns: each,
        positionStride: builder.tableStride(each),
      }));
    const operands = { source: part, other: whole("turns"), target };
    builder.emit("rotate", `turn the ${name}, layer ${this.#index}`, operands, () => ({
      rows: head,
      columns,
      positions: turns.pairs,
    }));
    return target;
  }

  /** The cache of each key head. */
  #caches(terms: 1 | 2): HeadCache[] {
    const { num_key_value_heads: keyHeads } = this.#network.config;
    return Array.from(
      { length: keyHeads },
      (_, h) =>
        new HeadCache({
          builder: this.#builder,
          network: this.#network,
          layer: this.#layer,
          name: `layer ${this.#index}, head ${h}`,
          terms,
        }),
    );
  }

  /** Adds the product with a matrix to the residual stream. */
  #branch(
    projection: CoreProjection,
    from: Part,
    name: string,
    after: NormParameters | null,
  ): void {
    const hidden = this.#network.config.hidden_size;
    const builder = this.#builder;
    const [output = whole("branch")] = this.#project(projection, from, ["branch"], [hidden]);
    let part = output;
    if (after) {
      this.#norm(name, after, { source: part, target: whole("normed"), columns: hidden });
      part = whole("normed");
    }
    const { residualScale } = this.#network;
    if (residualScale) {
      const target = whole("scaled");
      builder.vectors.reserve("scaled", hidden);
      builder.emit("scale", "scale of the branch", { source: part, target }, () => ({
        columns: hidden,
        ...constantFields(residualScale),
      }));
      part = target;
    }
    this.#add(whole("x"), part, whole("x"), hidden);
  }
}
