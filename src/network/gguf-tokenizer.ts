import { CheckpointError } from "../checkpoint/error.ts";
import type { GgufValue } from "../checkpoint/gguf/reader.ts";
import { sentencePiece } from "./llama2c-tokenizer.ts";
import { type Tokenizer, tokenizer } from "./tokenizer.ts";

type Values = ReadonlyMap<string, GgufValue>;

/** Kinds of tokens in GGUF: unknown, control and user-defined ones are taken out of a text before it is split. */
const [UNKNOWN, CONTROL, USER] = [2, 3, 4];

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const words = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
const rest = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** How texts are split, by the name that llama.cpp gives it; null: as GPT-2 does. */
const splits: ReadonlyMap<string, string | null> = new Map([
  ["default", null],
  ["gpt-2", null],
  ["llama-bpe", `${contractions}|${words}|\\p{N}{1,3}|${rest}`],
  ["qwen2", `${contractions}|${words}|\\p{N}|${rest}`],
]);

/**
 * The tokenizer of a GGUF file's metadata: SentencePiece ("llama") or byte-level BPE ("gpt2").
 *
 * @returns undefined where there is none
 * @throws CheckpointError for another kind, and for lists that do not fit together.
 */
export function ggufTokenizer(path: string, values: Values): Tokenizer | undefined {
  const kind = values.get("tokenizer.ggml.model");
  if (kind === undefined || kind === "none") return undefined;
  const fail = (problem: string): never => {
    throw new CheckpointError(path, problem);
  };
  const tokens = texts(values, "tokens", fail);
  const kinds = values.get("tokenizer.ggml.token_type");
  const kindOf = (id: number): unknown => (Array.isArray(kinds) ? kinds[id] : 1);
  const added = [...tokens.entries()].filter(([id]) =>
    [UNKNOWN, CONTROL, USER].some((one) => one === kindOf(id)),
  );
  const bos = values.get("tokenizer.ggml.bos_token_id");
  const adds = values.get("tokenizer.ggml.add_bos_token");
  const bosText = typeof bos === "number" ? tokens[bos] : undefined;
  const begin = (fallback: boolean): object =>
    bosText === undefined
      ? { add_bos_token: false }
      : { add_bos_token: typeof adds === "boolean" ? adds : fallback, bos_token: bosText };
  try {
    if (kind === "llama") {
      const scores = values.get("tokenizer.ggml.scores");
      if (!Array.isArray(scores) || scores.length !== tokens.length)
        return fail("tokenizer.ggml.scores is not a score for each token");
      const pieces = tokens.map((text, id) => ({ text, score: Number(scores[id]) }));
      const space = values.get("tokenizer.ggml.add_space_prefix") !== false;
      return tokenizer(sentencePiece(pieces, added, space), { ...begin(true) });
    }
    if (kind !== "gpt2")
      return fail(`tokenizer.ggml.model is ${JSON.stringify(kind)}; "llama" and "gpt2" are known`);
    const pre = values.get("tokenizer.ggml.pre") ?? "default";
    const split = splits.get(String(pre));
    if (split === undefined)
      return fail(
        `tokenizer.ggml.pre is ${JSON.stringify(pre)}; ${[...splits.keys()].join(", ")} are known`,
      );
    const json = byteLevel(tokens, { merges: texts(values, "merges", fail), added, kindOf, split });
    return tokenizer(json, { ...begin(pre === "llama-bpe") });
  } catch (error) {
    if (error instanceof CheckpointError || !(error instanceof Error)) throw error;
    return fail(`its tokenizer cannot be used: ${error.message.split("\n")[0]}`);
  }
}

function texts(values: Values, name: string, fail: (problem: string) => never): string[] {
  const list = values.get(`tokenizer.ggml.${name}`);
  if (!Array.isArray(list)) return fail(`tokenizer.ggml.${name} is missing`);
  return list.map((one) =>
    typeof one === "string" ? one : fail(`tokenizer.ggml.${name} is not a list of texts`),
  );
}

/** What a byte-level tokenizer is made of besides its tokens. */
interface ByteLevel {
  readonly merges: readonly string[];
  readonly added: readonly (readonly [number, string])[];
  readonly kindOf: (id: number) => unknown;
  readonly split: string | null;
}

function byteLevel(
  tokens: readonly string[],
  { merges, added, kindOf, split }: ByteLevel,
): Record<string, unknown> {
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
  const special = new Set(added.map(([id]) => id));
  return {
    version: "1.0",
    added_tokens: added.map(([id, content]) => ({
      id,
      content,
      special: kindOf(id) === CONTROL,
      normalized: false,
      single_word: false,
      lstrip: false,
      rstrip: false,
    })),
    normalizer: null,
    pre_tokenizer:
      split === null
        ? { ...bytes, use_regex: true }
        : {
            type: "Sequence",
            pretokenizers: [
              { type: "Split", pattern: { Regex: split }, behavior: "Isolated", invert: false },
              { ...bytes, use_regex: false },
            ],
          },
    post_processor: null,
    decoder: { ...bytes, use_regex: true },
    model: {
      type: "BPE",
      vocab: Object.fromEntries(
        [...tokens.entries()].filter(([id]) => !special.has(id)).map(([id, text]) => [text, id]),
      ),
      merges: merges.map((line) => line.split(" ")),
    },
  };
}
