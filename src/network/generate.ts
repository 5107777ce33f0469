import type { DecoderSession } from "./decoder/session.ts";
import type { Chooser } from "./sampling.ts";

/**
 * Continues a sequence from where the session is, for as long as it is asked.
 *
 * @param prompt tokens to read first, one at least
 * @throws RangeError as `DecoderSession.next`.
 *
 * @example
 * const session = new DecoderSession(readModel(`${folder}/model`));
 * const tokens = generate(session, [1, 2], greedy);
 * console.log([tokens.next(), tokens.next()].every(({ value }) => value < 17)); // true
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
