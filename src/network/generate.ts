import { seededRandom } from "../format/index.ts";
import { softmax } from "./decoder/attention.ts";
import type { DecoderSession } from "./decoder/session.ts";

/** Chooses a token from the logits of all. */
export type Chooser = (logits: Float32Array) => number;

/** The likeliest token; the first of equals. */
export const greedy: Chooser = (logits) =>
  logits.reduce((best, logit, id) => (logit > (logits[best] as number) ? id : best), 0);

/**
 * Draws tokens with probability softmax(logits / temperature).
 *
 * @param temperature above 0
 * @param seed 0 to 2^32 − 1; the same seed draws the same tokens.
 */
export function sampling(temperature: number, seed: number): Chooser {
  if (!(temperature > 0)) throw new RangeError(`temperature ${temperature}: it must be above 0`);
  const generator = seededRandom(seed);
  return (logits) => {
    const chances = Float64Array.from(logits, (logit) => logit / temperature);
    softmax(chances);
    let left = (generator.next() >>> 0) / 2 ** 32;
    const found = chances.findIndex((chance) => {
      left -= chance;
      return left < 0;
    });
    // Rounding can leave a rest; it belongs to the last token that has any chance.
    return found >= 0 ? found : chances.findLastIndex((chance) => chance > 0);
  };
}

/**
 * Continues a sequence from where the session is, for as long as it is asked.
 *
 * @param prompt tokens to read first, one at least
 * @throws RangeError as `DecoderSession.next`.
 */
export function* generate(
  session: DecoderSession,
  prompt: readonly number[],
  choose: Chooser,
): Generator<number, never> {
  if (prompt.length === 0) throw new RangeError("a prompt needs one token at least");
  for (const token of prompt.slice(0, -1)) session.next(token);
  let token = prompt[prompt.length - 1] as number;
  for (;;) {
    token = choose(session.next(token));
    yield token;
  }
}
