import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { CheckpointError } from "../checkpoint/error.ts";
import { readWhole } from "../checkpoint/file.ts";
import { isObject, readJson } from "../checkpoint/safetensors/json.ts";

/** Text as token ids and back. Begin-of-sequence tokens are the caller's: config.json names them. */
export interface Tokenizer {
  /** Ids are 0 to this − 1. */
  readonly vocabularySize: number;
  /** @throws RangeError for a character that has no token. */
  encode(text: string): number[];
  /** Special tokens have no text. @throws RangeError for an id outside the vocabulary. */
  decode(ids: readonly number[]): string;
  /** The contents of tokenizer.json. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The vocabularies of large models take about 10 MB. */
const SIZE_LIMIT = 100_000_000;

/**
 * Reads Hugging Face's tokenizer.json.
 *
 * @throws CheckpointError for what is none, or a kind of tokenizer that is not known.
 */
export function readTokenizer(file: string): Tokenizer {
  const root = readJson(readWhole(file, SIZE_LIMIT), (reason) => {
    throw new CheckpointError(file, `is no valid JSON: ${reason}`);
  });
  if (!isObject(root)) throw new CheckpointError(file, "is not a JSON object");
  try {
    return tokenizer(root);
  } catch (error) {
    throw new CheckpointError(file, `is no tokenizer.json that can be used: ${reasonOf(error)}`);
  }
}

const plain = { add_special_tokens: false };
const asItIs = { skip_special_tokens: true, clean_up_tokenization_spaces: false };

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

/** A tokenizer from the contents of tokenizer.json. @throws Error where they are wrong. */
export function tokenizer(json: Readonly<Record<string, unknown>>): Tokenizer {
  // added_tokens may be absent from files written by hand; the library reads it without asking.
  const inner = new HuggingFaceTokenizer({ added_tokens: [], ...json }, {});
  // An id that is no array index leaves a hole, or an entry without its text.
  const entries: [string | undefined, unknown][] = [...inner.get_vocab(true)];
  if (!entries.every(([token, id]) => token !== undefined && Number.isSafeInteger(id)))
    throw new Error("its vocabulary must have whole numbers as ids");
  const ids = [...inner.get_vocab(true).values()];
  if (ids.length === 0) throw new Error("its vocabulary is empty");
  const { model, normalizer } = json;
  const reversible = !normalizer && isObject(model) && typeof model.unk_token !== "string";
  const vocabularySize = ids.reduce((most, id) => Math.max(most, id), 0) + 1;
  // The library refuses an empty list.
  const textOf = (tokens: readonly number[]): string =>
    tokens.length === 0 ? "" : inner.decode([...tokens], asItIs);
  return {
    vocabularySize,
    json,
    encode(text) {
      const { ids: tokens } = inner.encode(text, plain);
      // Without an unknown token the library drops what it does not know.
      if (reversible && textOf(tokens) !== text) {
        const lost = [...text].find((c) => inner.encode(c, plain).ids.length === 0);
        throw new RangeError(`${JSON.stringify(lost ?? text)} is not in the vocabulary`);
      }
      return tokens;
    },
    decode(tokens) {
      for (const id of tokens)
        if (!(Number.isInteger(id) && id >= 0 && id < vocabularySize))
          throw new RangeError(`token ${id}: ids are 0 to ${vocabularySize - 1}`);
      return textOf(tokens);
    },
  };
}

/**
 * One token a character (Unicode code point): BPE without merges, as Hugging Face's library reads it.
 *
 * @param characters distinct; the id of each is its place.
 */
export function characterTokenizer(characters: readonly string[]): Tokenizer {
  return tokenizer({
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: "[\\s\\S]" },
      behavior: "Isolated",
      invert: false,
    },
    post_processor: null,
    decoder: { type: "Fuse" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries(characters.map((character, id) => [character, id])),
      merges: [],
    },
  });
}

/** One token a byte of UTF-8; the id is the byte. Bytes are spelled as Hugging Face's byte-level BPE spells them. */
export function byteTokenizer(): Tokenizer {
  const spelled = Array.from({ length: 256 }, (_, byte) => byte);
  const plainBytes = spelled.filter(
    (byte) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad),
  );
  const others = spelled.filter((byte) => !plainBytes.includes(byte));
  const letter = (byte: number): string =>
    String.fromCodePoint(plainBytes.includes(byte) ? byte : 0x100 + others.indexOf(byte));
  return tokenizer({
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: {
      ...{ type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries(spelled.map((byte) => [letter(byte), byte])),
      merges: [],
    },
  });
}
