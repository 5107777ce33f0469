import { KeyValueCache } from "./attention.ts";
import type { DecoderConfig } from "./config.ts";
import type { RotaryConfig } from "./rope.ts";
import { Rotary } from "./rotary.ts";

/**
 * What a decoder remembers of the tokens of a sequence: keys and values of every layer.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const sequence = new Sequence(model.config, 8);
 * new Decoder(model).read([{ sequence, token: 1 }]);
 * console.log(`${sequence.position} of ${sequence.length}`); // 1 of 8
 */
export class Sequence {
  /** Tokens that it has at most. */
  readonly length: number;
  /** Tokens read so far. */
  position = 0;
  readonly #caches: readonly KeyValueCache[];
  readonly #rotaries: readonly (Rotary | null)[];

  /** @throws RangeError for a length above max_position_embeddings. */
  constructor(config: DecoderConfig, length: number) {
    const { max_position_embeddings: longest, layers } = config;
    if (length > longest) throw new RangeError(`the model reads at most ${longest} tokens`);
    const width = config.num_key_value_heads * config.head_dim;
    this.length = length;
    this.#caches = layers.map(() => new KeyValueCache(width));
    // Layers that turn alike share one.
    const rotaries = new Map<RotaryConfig, Rotary>();
    this.#rotaries = layers.map(({ rotary }) => {
      if (rotary === null) return null;
      const known = rotaries.get(rotary) ?? new Rotary(rotary, length);
      rotaries.set(rotary, known);
      return known;
    });
  }

  cache(layer: number): KeyValueCache {
    const cache = this.#caches[layer];
    if (!cache) throw new RangeError(`layer ${layer}: the model has ${this.#caches.length}`);
    return cache;
  }

  /** What turns the queries and keys of a layer; undefined where nothing does. */
  rotary(layer: number): Rotary | undefined {
    return this.#rotaries[layer] ?? undefined;
  }

  /** Forgets its tokens. */
  clear(): void {
    this.position = 0;
    for (const cache of this.#caches) cache.clear();
  }
}
