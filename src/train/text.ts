import { at } from "@chisel-ts/core";
import { byteTokenizer, characterTokenizer, type Tokenizer } from "../network/index.ts";
import { type Passages, sequencePassages, textPassages } from "./batches.ts";
import { TrainingError } from "./error.ts";

export const tokenKinds = ["characters", "bytes"] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** A network's vocabulary is its characters: more of them ask for a tokenizer. */
const MAX_CHARACTERS = 65_536;

/** What is read: the last tenth is kept for validation. */
export interface Corpus {
  readonly training: Passages;
  readonly validation: Passages;
}

/**
 * The tokens of a text by its own characters or bytes.
 *
 * @throws TrainingError for a text of more than 65,536 different characters.
 */
export function ownTokens(
  text: string,
  kind: TokenKind,
): { readonly tokens: Int32Array; readonly tokenizer: Tokenizer } {
  if (kind === "bytes")
    return { tokens: Int32Array.from(Buffer.from(text)), tokenizer: byteTokenizer() };
  const characters = [...new Set(text)].sort();
  if (characters.length > MAX_CHARACTERS)
    throw new TrainingError(
      `the text has ${characters.length} different characters, the limit is ${MAX_CHARACTERS}; use bytes as tokens`,
    );
  const ids = new Map(characters.map((character, id) => [character, id]));
  // Looked up here and not by the tokenizer, which keeps every token of a text as a string.
  const tokens = Int32Array.from([...text], (character) => at(ids, character));
  return { tokens, tokenizer: characterTokenizer(characters) };
}

/**
 * The windows of a text.
 *
 * @param context tokens that a network reads at once; both parts need more than that
 * @param begin what every window begins with, where it is not the text
 * @throws TrainingError for a text that is too short.
 */
export function textCorpus(
  tokens: Int32Array,
  context: number,
  { begin = null, unit }: { readonly begin?: number | null; readonly unit: string },
): Corpus {
  const needed = 10 * (context + 2);
  if (tokens.length < needed)
    throw new TrainingError(
      `the text has ${tokens.length} ${unit}; ${needed} are needed for a context of ${context}`,
    );
  const split = Math.floor(tokens.length * 0.9);
  return {
    training: textPassages(tokens.subarray(0, split), context + 1, begin),
    validation: textPassages(tokens.subarray(split), context + 1, begin),
  };
}

/**
 * Sequences as the windows.
 *
 * @throws TrainingError where fewer than ten have `context` + 1 tokens.
 */
export function sequenceCorpus(sequences: readonly (readonly number[])[], context: number): Corpus {
  const whole = sequences.filter(({ length }) => length === context + 1);
  if (whole.length < 10)
    throw new TrainingError(
      `there are ${whole.length} sequences of ${context + 1} tokens; 10 are needed`,
    );
  const split = Math.floor(whole.length * 0.9);
  return {
    training: sequencePassages(whole.slice(0, split), context + 1),
    validation: sequencePassages(whole.slice(split), context + 1),
  };
}
