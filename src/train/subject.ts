import { createHash } from "node:crypto";
import {
  beginOfSequence,
  type DecoderConfig,
  type Model,
  type Tokenizer,
  textTokens,
} from "../network/index.ts";
import { TrainingError } from "./error.ts";
import { decoderPlan, type NetworkPlan, type NetworkSize, newNetwork } from "./network.ts";
import type { Weights } from "./parameters.ts";
import { type Corpus, ownTokens, sequenceCorpus, type TokenKind, textCorpus } from "./text.ts";

/** What is trained, and what it reads. */
export interface Subject {
  readonly plan: NetworkPlan;
  readonly corpus: Corpus;
  /** What the model folder has beside the network. */
  readonly tokenizer?: Tokenizer;
  readonly stop?: readonly number[];
  /** The weights before the first step; drawn where they are absent. */
  readonly weights?: Weights;
  /** Windows of a batch. */
  readonly batch: number;
  /** How many of a window's last tokens count when the loss is measured: those that have context enough. */
  readonly counted: number;
  /** Tells the network, its weights and its text apart from others. */
  readonly digest: string;
}

/**
 * A new network, whose vocabulary is that of its text. @throws TrainingError for a size that no network has, or a text that does not do.
 *
 * @example
 * const size = { architecture: "mlp", hidden: 4, layers: 1, context: 2 };
 * const { tokenizer } = newSubject(size, { text: "abc".repeat(20), tokens: "characters" });
 * console.log(tokenizer.vocabularySize); // 3
 */
export function newSubject(
  size: NetworkSize & { readonly context: number },
  { text, tokens: kind }: { readonly text: string; readonly tokens: TokenKind },
): Subject {
  const { architecture, hidden, layers, context } = size;
  for (const [name, value] of Object.entries({ hidden, layers, context }))
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new TrainingError(`${name} is ${value}; a whole number above 0 is needed`);
  if (architecture === "llama" && hidden % 16 !== 0)
    throw new TrainingError(
      `hidden is ${hidden}; a multiple of 16, the width of a head, is needed`,
    );
  const { tokens, tokenizer } = ownTokens(text, kind);
  return {
    plan: newNetwork(size, context, tokenizer.vocabularySize),
    corpus: textCorpus(tokens, context, { unit: kind }),
    tokenizer,
    batch: architecture === "llama" ? 16 : 256,
    // In the first half of a window much is unknown that the text before it says.
    counted: architecture === "llama" ? Math.ceil(context / 2) : 1,
    digest: digestOf([JSON.stringify(size), kind, text]),
  };
}

/** A decoder of any dense family, and its tokenizer where it has one. */
export type Decoder = Omit<Model<DecoderConfig>, "tensors">;

/** How many tokens are read at once, and in which batches. */
export interface Reading {
  readonly context: number;
  readonly batch: number;
}

/**
 * A new network of a configuration.
 *
 * @param decoder without a tokenizer the text's own characters or bytes are the tokens
 * @throws TrainingError for a mixture of experts, a text that is too short, or tokens beyond the vocabulary.
 *
 * @example
 * const config = readConfig(`${folder}/model/config.json`);
 * const subject = configuredSubject({ config }, { text: "abc".repeat(40), tokens: "characters" }, { context: 8, batch: 2 });
 * console.log(`${subject.tokenizer.vocabularySize} of ${config.vocab_size}`); // 3 of 17
 */
export function configuredSubject(
  decoder: Decoder,
  { text, tokens: kind }: { readonly text: string; readonly tokens: TokenKind },
  reading: Reading,
): Subject {
  if (decoder.tokenizer) return withText(decoder, text, reading);
  const { tokens, tokenizer } = ownTokens(text, kind);
  const { vocab_size: vocabulary } = decoder.config;
  if (tokenizer.vocabularySize > vocabulary)
    throw new TrainingError(
      `the text has ${tokenizer.vocabularySize} ${kind}; the configuration's vocab_size is ${vocabulary}`,
    );
  return {
    ...common(decoder, reading, [kind, text]),
    corpus: textCorpus(tokens, reading.context, { unit: kind }),
    tokenizer,
  };
}

/**
 * A network that has been trained, which goes on with a text, or with sequences of tokens that are one longer than the context.
 *
 * @throws as `configuredSubject`.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const { weights } = continuedSubject(model, "a bad cab ".repeat(12), { context: 8, batch: 2 });
 * console.log(weights.size === model.tensors.size); // true
 */
export function continuedSubject(
  model: Model<DecoderConfig>,
  read: string | readonly (readonly number[])[],
  reading: Reading,
): Subject {
  const weights = new Map([...model.tensors].map(([name, { values }]) => [name, values]));
  const subject =
    typeof read === "string"
      ? withText(model, read, reading)
      : {
          ...common(model, reading, [JSON.stringify(read)]),
          corpus: sequenceCorpus(read, reading.context),
        };
  return { ...subject, weights, digest: digestOf([subject.digest, ...weights.values()]) };
}

function withText(decoder: Decoder, text: string, reading: Reading): Subject {
  const model = { ...decoder, tensors: new Map() };
  const begin = beginOfSequence(model);
  const tokens = Int32Array.from(textTokens(model, text));
  return {
    ...common(decoder, reading, [text]),
    corpus: textCorpus(tokens, reading.context, { begin, unit: "tokens" }),
  };
}

function common(
  { config, tokenizer, stop }: Decoder,
  { context, batch }: Reading,
  parts: readonly string[],
): Omit<Subject, "corpus"> {
  const { model_type, expertNames, max_position_embeddings: longest } = config;
  if (expertNames)
    throw new TrainingError(
      `model_type is ${model_type}, a mixture of experts, which is not trained`,
    );
  if (context > longest)
    throw new TrainingError(`a context of ${context}: the model reads at most ${longest} tokens`);
  return {
    plan: decoderPlan(config, context),
    batch,
    counted: context,
    ...(tokenizer && { tokenizer }),
    ...(stop && { stop }),
    digest: digestOf([JSON.stringify(config.json), `${context} ${batch}`, ...parts]),
  };
}

function digestOf(parts: readonly (string | Float32Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes =
      typeof part === "string"
        ? Buffer.from(part)
        : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    // The length first, so that no two lists of parts are the same bytes.
    hash.update(`${bytes.length} `).update(bytes);
  }
  return hash.digest("hex");
}
