import { seededRandom } from "../../format/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { DecoderSession } from "../decoder/session.ts";
import { generate } from "../generate.ts";
import type { Model } from "../model.ts";
import { sampling } from "../sampling.ts";

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
 */
export function sampledSequences(
  model: Model<DecoderConfig>,
  { sequences, length }: SequenceSizes,
  seed: number,
): number[][] {
  const { bos_token_id: bos, vocab_size: vocabulary } = model.config;
  const random = seededRandom(seed);
  const session = new DecoderSession(model);
  const choose = sampling({ temperature: 1, seed });
  return Array.from({ length: sequences }, () => {
    const sequence = [bos ?? (random.next() >>> 0) % vocabulary];
    session.reset();
    for (const token of generate(session, [...sequence], choose)) {
      sequence.push(token);
      if (sequence.length > length) break;
    }
    return sequence;
  });
}

/**
 * A text's tokens cut into sequences that predict `length` of them each, the last fewer.
 *
 * @param bos what each begins with; where it is null, with the token before
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
