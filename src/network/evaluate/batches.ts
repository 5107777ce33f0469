import type { DecoderConfig } from "../decoder/config.ts";
import { Decoder } from "../decoder/decoder.ts";
import type { Sequence } from "../decoder/sequence.ts";
import type { LinearLayers } from "../linear.ts";
import type { Model } from "../model.ts";

/** A token that is read, and the one that follows it. */
export interface Prediction {
  /** The number of the sequence. */
  readonly sequence: number;
  readonly token: number;
  readonly target: number;
}

/** Tokens that go through a matrix at once; logits are held for all of them, so of a large vocabulary there are fewer. */
export const batchTokens = (vocabulary: number): number =>
  Math.max(4, Math.min(128, Math.floor(2 ** 22 / vocabulary)));

/** The predictions of sequences in batches: a long sequence takes several, short ones share one. */
export function* batchesOf(
  sequences: readonly (readonly number[])[],
  size: number,
): Generator<readonly Prediction[]> {
  let batch: Prediction[] = [];
  for (const [sequence, tokens] of sequences.entries()) {
    for (let i = 0; i + 1 < tokens.length; i++) {
      batch.push({ sequence, token: tokens[i] as number, target: tokens[i + 1] as number });
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** A network that reads the batches of sequences in their order. */
export class BatchReader {
  readonly vocabulary: number;
  readonly #decoder: Decoder;
  readonly #lengths: readonly number[];
  /** Sequences that are not at their end. */
  readonly #open = new Map<number, Sequence>();
  #logits = new Float32Array();

  constructor(
    model: Model<DecoderConfig>,
    sequences: readonly (readonly number[])[],
    layers?: LinearLayers,
  ) {
    this.vocabulary = model.config.vocab_size;
    this.#decoder = new Decoder(model, layers);
    this.#lengths = sequences.map(({ length }) => length - 1);
  }

  /** The logits after every token of the batch, `vocabulary` elements a token; valid until the next call. */
  read(batch: readonly Prediction[]): Float32Array {
    const [first] = batch;
    for (const index of this.#open.keys())
      if (index < (first?.sequence ?? 0)) this.#open.delete(index);
    const steps = batch.map(({ sequence, token }) => ({ sequence: this.#at(sequence), token }));
    const length = batch.length * this.vocabulary;
    if (this.#logits.length !== length) this.#logits = new Float32Array(length);
    this.#decoder.classify(this.#decoder.read(steps), this.#logits);
    return this.#logits;
  }

  #at(index: number): Sequence {
    const found = this.#open.get(index) ?? this.#decoder.sequence(this.#lengths[index]);
    this.#open.set(index, found);
    return found;
  }
}
