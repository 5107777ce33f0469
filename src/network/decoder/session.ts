import type { LinearLayers } from "../linear.ts";
import type { Model } from "../model.ts";
import type { DecoderConfig } from "./config.ts";
import { Decoder } from "./decoder.ts";
import type { Sequence } from "./sequence.ts";

/** Tokens whose vectors are in memory at a time. */
const TOGETHER = 128;

/**
 * A decoder reading one sequence, one token after the other.
 *
 * @example
 * const session = new DecoderSession(readModel(`${folder}/model`));
 * const logits = session.readAll([1, 2, 3]);
 * console.log(`${session.position} ${logits.length}`); // 3 17
 */
export class DecoderSession {
  readonly #decoder: Decoder;
  readonly #sequence: Sequence;
  readonly #logits: Float32Array;

  /**
   * @param layers make the products with matrices; embedding rows, norms and biases come from the model
   * @param length tokens that the sequence will have at most; networks with longrope turn by it
   * @throws RangeError for a length above max_position_embeddings.
   */
  constructor(model: Model<DecoderConfig>, layers?: LinearLayers, length?: number) {
    this.#decoder = new Decoder(model, layers);
    this.#sequence = this.#decoder.sequence(length);
    this.#logits = new Float32Array(model.config.vocab_size);
  }

  /** Tokens read so far. */
  get position(): number {
    return this.#sequence.position;
  }

  /** Forgets the sequence. */
  reset(): void {
    this.#sequence.clear();
  }

  /**
   * Reads a token.
   *
   * @returns the logits of the token after it, one for each of the vocabulary; valid until the next call
   * @throws RangeError for a token outside the vocabulary, and beyond the length of the sequence.
   */
  next(token: number): Float32Array {
    return this.readAll([token]);
  }

  /**
   * Reads tokens side by side, so that a weight is read once for many of them.
   *
   * @param tokens one at least
   * @returns the logits of the token after the last, as `next`
   * @throws RangeError as `next`.
   */
  readAll(tokens: readonly number[]): Float32Array {
    for (let start = 0; start < tokens.length; start += TOGETHER) {
      const some = tokens.slice(start, start + TOGETHER);
      const states = this.#decoder.read(some.map((token) => ({ sequence: this.#sequence, token })));
      if (start + some.length < tokens.length) continue;
      this.#decoder.classify(states.subarray(-states.length / some.length), this.#logits);
    }
    return this.#logits;
  }
}
