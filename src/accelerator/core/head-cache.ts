import { CACHE_LIMIT, shiftWithin } from "../../model/core/index.ts";
import { type Builder, constantFields, type Part, whole } from "./builder.ts";
import { flags } from "./descriptor.ts";
import { type Address, roundUp } from "./layout.ts";
import type { CoreLayer, CoreNetwork } from "./network.ts";

/** A key head of a layer. */
interface HeadOfLayer {
  readonly builder: Builder;
  readonly network: CoreNetwork;
  readonly layer: CoreLayer;
  readonly name: string;
  readonly terms: 1 | 2;
}

/**
 * Keys and values of a key head. Keys lie by position, so a score is a row; values lie by element, so an element of the mean is a row:
 * both are matrices to the matrix unit. Each row has its first terms and, where there are two, its second ones behind them.
 */
export class HeadCache {
  readonly #builder: Builder;
  readonly #network: CoreNetwork;
  readonly #layer: CoreLayer;
  readonly #name: string;
  readonly #terms: 1 | 2;
  readonly #keys: Address;
  readonly #values: Address;
  /** Bytes of a row's first terms. */
  readonly #keyTerm: number;
  readonly #valueTerm: number;

  constructor({ builder, network, layer, name, terms }: HeadOfLayer) {
    const { head_dim: head } = network.config;
    this.#builder = builder;
    this.#network = network;
    this.#layer = layer;
    this.#name = name;
    this.#terms = terms;
    this.#keyTerm = roundUp(head, builder.lanes);
    this.#valueTerm = roundUp(layer.positions, builder.lanes);
    this.#keys = builder.cache.add({
      name: `keys, ${name}`,
      bytes: layer.positions * terms * this.#keyTerm,
    });
    this.#values = builder.cache.add({
      name: `values, ${name}`,
      bytes: head * terms * this.#valueTerm,
    });
  }

  get #flags(): number {
    return this.#terms === 2 ? flags.twoTerms : 0;
  }

  /** Writes the key and the value of the newest position. */
  store(key: Part, value: Part): void {
    const { head_dim: columns } = this.#network.config;
    const { positions, keyExponent, valueExponent } = this.#layer;
    this.#builder.emit("store", `key, ${this.#name}`, { source: key }, () => ({
      columns,
      positions,
      exponent: keyExponent,
      flags: this.#flags,
      address: this.#keys(),
      stride: 1,
      termStride: this.#keyTerm,
      positionStride: this.#terms * this.#keyTerm,
    }));
    this.#builder.emit("store", `value, ${this.#name}`, { source: value }, () => ({
      columns,
      positions,
      exponent: valueExponent,
      flags: this.#flags,
      address: this.#values(),
      stride: this.#terms * this.#valueTerm,
      termStride: this.#valueTerm,
      positionStride: 1,
    }));
  }

  /** Attention of a query head. */
  attend(query: Part, queryHead: number): void {
    const { head_dim: head } = this.#network.config;
    const { bits, scoreScale } = this.#network;
    const { positions, keyExponent, valueExponent } = this.#layer;
    const builder = this.#builder;
    const note = `query head ${queryHead}, ${this.#name}`;
    builder.emit("scores", note, { source: query, target: whole("scores") }, () => ({
      columns: head,
      positions,
      exponent: keyExponent,
      flags: this.#flags,
      shift: shiftWithin(head * 2 ** (bits - 1) * CACHE_LIMIT),
      ...constantFields(scoreScale),
      address: this.#keys(),
      stride: this.#terms * this.#keyTerm,
      termStride: this.#keyTerm,
    }));
    const softmax = { source: whole("scores"), target: whole("weights") };
    builder.emit("softmax", note, softmax, () => ({ positions }));
    const target = { vector: "attended", start: queryHead * head };
    builder.emit("means", note, { source: whole("weights"), target }, () => ({
      rows: head,
      positions,
      exponent: valueExponent,
      address: this.#values(),
      stride: this.#terms * this.#valueTerm,
      termStride: this.#valueTerm,
      flags: this.#flags | (queryHead > 0 ? flags.spanGoesOn : 0),
    }));
  }
}
