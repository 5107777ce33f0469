import { at } from "@chisel-ts/core";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { dirname, existsSync, join } from "#host/tools/disk";
import { CheckpointError } from "../checkpoint/error.ts";
import { readJsonObject } from "../checkpoint/json-file.ts";
import { isObject } from "../checkpoint/safetensors/json.ts";
import { firstToken } from "./first-token.ts";

/** Text as token ids and back. */
export interface Tokenizer {
  /** Ids are 0 to this − 1; some may have no token. */
  readonly vocabularySize: number;
  /**
   * The token that it puts before a text, null where it puts none; absent where it does not say, and config.json
   * names it.
   */
  readonly bos?: number | null;
  /** Special and added tokens in the text are those tokens. @throws RangeError for a character that has no token. */
  encode(text: string): number[];
  /** Special tokens have no text, nor have ids without a token. @throws RangeError for what is no id. */
  decode(ids: readonly number[]): string;
  /** The token of an id as the vocabulary spells it; undefined where there is none. */
  token(id: number): string | undefined;
  /** The contents of tokenizer.json. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The vocabularies of large models take about 10 MB. */
const SIZE_LIMIT = 100_000_000;
/** Ids are places in an array. */
const ID_LIMIT = 10_000_000;

/**
 * Reads Hugging Face's tokenizer.json, and from tokenizer_config.json beside it whether a text begins with a token.
 *
 * @throws CheckpointError for what is none, or a kind of tokenizer that is not known.
 *
 * @example
 * console.log(readTokenizer(`${folder}/model/tokenizer.json`).encode("a cab").join()); // 1,0,3,1,2
 */
export function readTokenizer(file: string): Tokenizer {
  const root = readJsonObject(file, SIZE_LIMIT);
  const configFile = join(dirname(file), "tokenizer_config.json");
  const config = existsSync(configFile) ? readJsonObject(configFile, SIZE_LIMIT) : {};
  try {
    return tokenizer(root, config);
  } catch (error) {
    throw new CheckpointError(file, `is no tokenizer.json that can be used: ${reasonOf(error)}`);
  }
}

const plain = { add_special_tokens: false };
const withoutSpecial = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
const withSpecial = { ...withoutSpecial, skip_special_tokens: false };

const reasonOf = (error: unknown): string =>
  at((error instanceof Error ? error.message : String(error)).split("\n"), 0);

/**
 * A tokenizer from the contents of tokenizer.json.
 *
 * @param config those of tokenizer_config.json
 * @throws Error where they are wrong.
 */
export function tokenizer(
  json: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
): Tokenizer {
  checkIds(json);
  // added_tokens may be absent from files written by hand; the library reads it without asking.
  const inner = new HuggingFaceTokenizer({ added_tokens: [], ...json }, {});
  const ids = [...inner.get_vocab(true)].filter(([token]) => token !== undefined);
  if (ids.length === 0) throw new Error("its vocabulary is empty");
  const vocabularySize = ids.reduce((maximum, [, id]) => Math.max(maximum, id), 0) + 1;
  const token = (id: number): string | undefined => inner.id_to_token(id);
  // The library refuses an empty list.
  const textOf = (tokens: readonly number[], how: typeof withSpecial): string => {
    const known = tokens.filter((id) => token(id) !== undefined);
    return known.length === 0 ? "" : inner.decode(known, how);
  };
  const { model, normalizer, decoder } = json;
  const reversible =
    !normalizer && isObject(decoder) && isObject(model) && typeof model.unk_token !== "string";
  const added = [...inner.get_added_tokens_decoder().values()].map(({ content }) => content);
  // Added tokens may take the spaces beside them.
  const dense = (text: string): string => text.replaceAll(/\s/g, "");
  const bos = firstToken(json, config, (name) => inner.token_to_id(name));
  return {
    vocabularySize,
    json,
    token,
    ...(bos !== undefined && { bos }),
    encode(text) {
      const { ids: tokens } = inner.encode(text, plain);
      // Without an unknown token the library drops what it does not know.
      if (reversible && dense(textOf(tokens, withSpecial)) !== dense(text)) {
        const rest = added.reduce((left, content) => left.replaceAll(content, ""), text);
        const lost = [...rest].find((c) => inner.encode(c, plain).ids.length === 0);
        throw new RangeError(`${JSON.stringify(lost ?? text)} is not in the vocabulary`);
      }
      return tokens;
    },
    decode(tokens) {
      for (const id of tokens)
        if (!(Number.isInteger(id) && id >= 0))
          throw new RangeError(`token ${id}: ids are 0 or more`);
      return textOf(tokens, withoutSpecial);
    },
  };
}

/** @throws Error for an id that is no place in a vocabulary. */
function checkIds({ model, added_tokens: added }: Readonly<Record<string, unknown>>): void {
  const vocabulary = isObject(model) && isObject(model.vocab) ? Object.values(model.vocab) : [];
  const others = Array.isArray(added) ? added.map((one) => isObject(one) && one.id) : [];
  const wrong = [...vocabulary, ...others].find(
    (id) => !(typeof id === "number" && Number.isInteger(id) && id >= 0 && id < ID_LIMIT),
  );
  if (wrong !== undefined)
    throw new Error(
      `its vocabulary must have whole numbers as ids, and has ${JSON.stringify(wrong)}`,
    );
}

/**
 * One token a character (Unicode code point): BPE without merges, as Hugging Face's library reads it.
 *
 * @param characters distinct; the id of each is its place.
 *
 * @example
 * console.log(characterTokenizer(["a", "b"]).encode("abba").join()); // 0,1,1,0
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

/**
 * One token a byte of UTF-8; the id is the byte. Bytes are spelled as Hugging Face's byte-level BPE spells them.
 *
 * @example
 * console.log(byteTokenizer().encode("aé").join()); // 97,195,169
 */
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
      type: "ByteLevel",
      add_prefix_space: false,
      trim_offsets: true,
      use_regex: false,
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
