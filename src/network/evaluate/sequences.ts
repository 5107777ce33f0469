import { seededRandom } from "../../format/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { Decoder } from "../decoder/decoder.ts";
import type { Sequence } from "../decoder/sequence.ts";
import type { Model } from "../model.ts";
import { draw, uniforms } from "../sampling.ts";

/** How many sequences, and how many tokens of each are predicted. */
export interface SequenceSizes {
  readonly sequences: number;
  readonly length: number;
}

/**
 * Sequences drawn from the model itself at temperature 1: its begin-of-sequence token, or where it has none one
 * drawn evenly from the vocabulary, and `length` tokens after it.
 *
 * @param seed 0 to 2^32 − 1
 *
 * @example
 * const sequences = sampledSequences(readModel(`${folder}/model`), { sequences: 2, length: 5 }, 1);
 * console.log(sequences.map(({ length }) => length).join()); // 6,6
 */
export function sampledSequences(
  model: Model<DecoderConfig>,
  { sequences, length }: SequenceSizes,
  seed: number,
): number[][] {
  const { bos_token_id: bos, vocab_size: vocabulary } = model.config;
  const random = seededRandom(seed);
  const uniform = uniforms(seed);
  const drawn = Array.from(
    { length: sequences },
    (): Draws => ({
      tokens: [bos ?? (random.next() >>> 0) % vocabulary],
      uniforms: Array.from({ length }, uniform),
    }),
  );
  const decoder = new Decoder(model);
  for (let start = 0; start < sequences; start += TOGETHER)
    extend(decoder, drawn.slice(start, start + TOGETHER), length, vocabulary);
  return drawn.map(({ tokens }) => tokens);
}

/** A sequence that is being drawn, and the numbers that draw its tokens: the same however many are drawn side by side. */
interface Draws {
  readonly tokens: number[];
  readonly uniforms: readonly number[];
}

/** Sequences whose keys and values are in memory at a time. */
const TOGETHER = 16;

function extend(
  decoder: Decoder,
  drawn: readonly Draws[],
  length: number,
  vocabulary: number,
): void {
  const states = drawn.map(() => decoder.sequence(length));
  const logits = new Float32Array(drawn.length * vocabulary);
  for (let step = 0; step < length; step++) {
    const steps = drawn.map(({ tokens }, i) => ({
      sequence: states[i] as Sequence,
      token: tokens[step] as number,
    }));
    decoder.classify(decoder.read(steps), logits);
    drawn.forEach(({ tokens, uniforms: numbers }, i) => {
      const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
      tokens.push(draw(row, numbers[step] as number, { temperature: 1 }));
    });
  }
}

/**
 * A text's tokens cut into sequences that predict `length` of them each, the last fewer.
 *
 * @param bos what each begins with; where it is null, with the token before
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * console.log(textSequences(model, "a bad cab ".repeat(4), { sequences: 2, length: 5 }).length); // 2
 */
export function textSequences(
  bos: number | null,
  tokens: readonly number[],
  { sequences, length }: SequenceSizes,
): number[][] {
  const stream = bos === null || tokens[0] === bos ? tokens : [bos, ...tokens];
  const result: number[][] = [];
  for (let start = 1; start < stream.length && result.length < sequences; start += length) {
    const before = bos ?? (stream[start - 1] as number);
    result.push([before, ...stream.slice(start, start + length)]);
  }
  return result;
}
