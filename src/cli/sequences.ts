import { readFileSync } from "node:fs";
import { CheckpointError } from "../checkpoint/index.ts";
import {
  beginOfSequence,
  type DecoderConfig,
  type Model,
  type SequenceSizes,
  sampledSequences,
  textSequences,
  textTokens,
} from "../network/index.ts";
import { UsageError } from "./errors.ts";

/** What tokens a command reads. */
export interface SequenceFlags {
  /** A file of text, or one of token ids; without either the model draws. */
  readonly text?: string;
  readonly tokens?: string;
  readonly sequences?: number;
  readonly length?: number;
  readonly seed: number;
}

/**
 * The sequences that a command reads, from a file or drawn from the model.
 *
 * @param drawn how many are drawn and how long they are where the flags do not say
 * @throws UsageError or CheckpointError for a length or file that the model cannot read.
 */
export function sequencesOf(
  path: string,
  model: Model<DecoderConfig>,
  flags: SequenceFlags,
  drawn: SequenceSizes,
): number[][] {
  const { config } = model;
  const file = flags.text ?? flags.tokens;
  const longest = config.max_position_embeddings;
  const length = flags.length ?? (file === undefined ? Math.min(drawn.length, longest) : longest);
  if (length > longest)
    throw new UsageError(`--length ${length}: the model reads at most ${longest} tokens`);
  if (file === undefined)
    return sampledSequences(
      model,
      { sequences: flags.sequences ?? drawn.sequences, length },
      flags.seed,
    );
  const [bos, tokens] =
    flags.text === undefined
      ? [config.bos_token_id, readIds(file, config.vocab_size)]
      : encodeText(path, model, file);
  const sequences = textSequences(bos, tokens, {
    sequences: flags.sequences ?? Number.POSITIVE_INFINITY,
    length,
  });
  if (sequences.length === 0)
    throw new UsageError(`${file}: holds ${tokens.length} tokens; there is nothing to predict`);
  return sequences;
}

function encodeText(
  path: string,
  model: Model<DecoderConfig>,
  file: string,
): [bos: number | null, tokens: number[]] {
  if (!model.tokenizer)
    throw new UsageError(
      `${path}: has no tokenizer.json, so --text cannot be read; --tokens takes ids`,
    );
  try {
    return [beginOfSequence(model), textTokens(model, readFileSync(file, "utf8"))];
  } catch (error) {
    if (error instanceof RangeError) throw new CheckpointError(file, error.message);
    throw error;
  }
}

function readIds(file: string, vocabulary: number): number[] {
  const words = readFileSync(file, "utf8")
    .split(/\s+/)
    .filter((word) => word !== "");
  return words.map((word, index) => {
    const id = /^\d{1,10}$/.test(word) ? Number(word) : Number.NaN;
    if (id < vocabulary) return id;
    throw new CheckpointError(
      file,
      `word ${index + 1} is ${JSON.stringify(word)}; token ids are 0 to ${vocabulary - 1}`,
    );
  });
}
