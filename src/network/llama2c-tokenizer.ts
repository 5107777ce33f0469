import { CheckpointError } from "../checkpoint/error.ts";
import { readWhole } from "../checkpoint/file.ts";
import { type Tokenizer, tokenizer } from "./tokenizer.ts";

/** A token of SentencePiece: its text, and how early it is merged. */
export interface Piece {
  readonly text: string;
  readonly score: number;
}

const SIZE_LIMIT = 100_000_000;
/** Where llama2.c keeps what SentencePiece calls <unk>, <s> and </s>, and the first of 256 bytes. */
const SPECIAL = ["<unk>", "<s>", "</s>"];
const SPACE = "▁";

/**
 * Reads llama2.c's tokenizer.bin: int32 maximum length, then for each token float32 score, int32 length and
 * UTF-8 bytes. It becomes the BPE that Hugging Face makes of a SentencePiece model: two tokens merge where
 * their concatenation is one, best score first; a character that is no token is spelled in bytes.
 *
 * @param vocabulary tokens in the file, which does not say
 * @throws CheckpointError when the file has more or fewer.
 */
export function readLlama2cTokenizer(file: string, vocabulary: number): Tokenizer {
  const pieces = readPieces(file, vocabulary);
  return tokenizer(sentencePiece(pieces, SPECIAL.slice(0, vocabulary).entries(), true));
}

/**
 * The contents of a tokenizer.json for a SentencePiece model.
 *
 * @param added special tokens, by id
 * @param space whether a text gets a space before it
 */
export function sentencePiece(
  pieces: readonly Piece[],
  added: Iterable<readonly [id: number, content: string]>,
  space: boolean,
): Record<string, unknown> {
  const ids = new Map(pieces.map(({ text }, id) => [text, id]));
  const special = [...added];
  return {
    version: "1.0",
    added_tokens: special.map(([id, content]) => ({
      id,
      content,
      special: true,
      normalized: false,
      single_word: false,
      lstrip: false,
      rstrip: false,
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        ...(space ? [{ type: "Prepend", prepend: SPACE }] : []),
        { type: "Replace", pattern: { String: " " }, content: SPACE },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: SPACE }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(space ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      type: "BPE",
      unk_token: pieces[0]?.text,
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(ids),
      merges: merges(pieces, ids, new Set(special.map(([id]) => id))),
    },
  };
}

function readPieces(file: string, vocabulary: number): Piece[] {
  const bytes = readWhole(file, SIZE_LIMIT);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Piece[] = [];
  let position = 4;
  for (let id = 0; id < vocabulary; id++) {
    const length = position + 8 <= bytes.length ? view.getInt32(position + 4, true) : -1;
    const end = position + 8 + length;
    if (length < 0 || end > bytes.length)
      throw new CheckpointError(file, `ends in token ${id}; the model has ${vocabulary} tokens`);
    const text = new TextDecoder().decode(bytes.subarray(position + 8, end));
    pieces.push({
      text: SPECIAL[id] ?? text.replaceAll(" ", SPACE),
      score: view.getFloat32(position, true),
    });
    position = end;
  }
  if (position !== bytes.length)
    throw new CheckpointError(file, `has more than the model's ${vocabulary} tokens`);
  return pieces;
}

/** Every pair of tokens whose concatenation is a token, the best score first. */
function merges(
  pieces: readonly Piece[],
  ids: ReadonlyMap<string, number>,
  special: ReadonlySet<number>,
): [string, string][] {
  const found: { pair: [string, string]; score: number }[] = [];
  for (const [id, { text, score }] of pieces.entries()) {
    if (special.has(id) || /^<0x[\dA-F]{2}>$/.test(text)) continue;
    const characters = Array.from(text);
    for (let split = 1; split < characters.length; split++) {
      const pair: [string, string] = [
        characters.slice(0, split).join(""),
        characters.slice(split).join(""),
      ];
      if (ids.has(pair[0]) && ids.has(pair[1])) found.push({ pair, score });
    }
  }
  return found.sort((a, b) => b.score - a.score).map(({ pair }) => pair);
}
