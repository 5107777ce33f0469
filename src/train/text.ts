import { byteTokenizer, characterTokenizer, type Tokenizer } from "../network/index.ts";
import { TrainingError } from "./error.ts";

export const tokenKinds = ["characters", "bytes"] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Tokens are one-hot vectors: more of them than this would take more memory than the network. */
const CHARACTERS_MOST = 1024;

/** A text as tokens: the last tenth is kept for validation. */
export interface Corpus {
  readonly tokenizer: Tokenizer;
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Tokens of a text.
 *
 * @param context tokens that a network reads at once; both parts need more than that
 * @throws TrainingError for a text that is too short, or has more than 1,024 different characters.
 */
export function corpusOf(text: string, kind: TokenKind, context: number): Corpus {
  const characters = [...new Set(text)].sort();
  if (kind === "characters" && characters.length > CHARACTERS_MOST)
    throw new TrainingError(
      `the text has ${characters.length} different characters, the limit is ${CHARACTERS_MOST}; use bytes as tokens`,
    );
  const needed = 10 * (context + 2);
  const ids = new Map(characters.map((character, id) => [character, id]));
  // Looked up here and not by the tokenizer, which keeps every token of a text as a string.
  const tokens =
    kind === "bytes"
      ? Int32Array.from(Buffer.from(text))
      : Int32Array.from([...text], (character) => ids.get(character) ?? 0);
  if (tokens.length < needed)
    throw new TrainingError(
      `the text has ${tokens.length} ${kind}; ${needed} are needed for a context of ${context}`,
    );
  const split = Math.floor(tokens.length * 0.9);
  return {
    tokenizer: kind === "bytes" ? byteTokenizer() : characterTokenizer(characters),
    training: tokens.subarray(0, split),
    validation: tokens.subarray(split),
  };
}
