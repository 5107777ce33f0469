import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import {
  isDecoder,
  type Model,
  readConfig,
  readTokenizerOf,
  sampledSequences,
} from "../network/index.ts";
import {
  configuredSubject,
  continuedSubject,
  type NetworkSize,
  newSubject,
  type Reading,
  type Subject,
  sentences,
  sizeDefaults,
  type TokenKind,
  writeText,
} from "../train/index.ts";
import { UsageError } from "./errors.ts";
import { openModel } from "./open-model.ts";

/** The options that say what is trained and what it reads. */
export interface SubjectFlags {
  readonly from?: string;
  readonly config?: string;
  readonly model?: NetworkSize["architecture"];
  readonly hidden?: number;
  readonly layers?: number;
  readonly context?: number;
  readonly batch?: number;
  readonly text?: string;
  readonly tokens?: TokenKind;
  readonly sequences?: number;
  readonly seed: number;
}

/** Characters of the default text. */
const DEFAULT_LENGTH = 400_000;
/** Sequences that a network draws to read itself. */
const DRAWN = 1024;
/** Tokens of a window, where a network does not say how many it learned from, and windows of a batch. */
const [CONTEXT, BATCH] = [128, 16];

/** What new networks alone have. */
const drawnOnly = ["model", "hidden", "layers", "init", "shape", "xi", "tokens"] as const;
const sizeOnly = ["model", "hidden", "layers"] as const;

/** @throws UsageError for options that contradict each other; TrainingError and CheckpointError for what cannot be trained. */
export function subjectOf(command: Command, flags: SubjectFlags): Subject {
  const refuse = (names: readonly string[], why: string): void => {
    const idle = names.find((name) => command.getOptionValueSource(name) === "cli");
    if (idle !== undefined) throw new UsageError(`--${idle}: ${why}`);
  };
  const { from, config } = flags;
  if (from !== undefined) {
    refuse(drawnOnly, `has no use with --from, whose network is as it is`);
    if (flags.text !== "self") refuse(["sequences"], "is for --text self");
    return continued(openModel(from), from, flags);
  }
  refuse(["sequences"], "is for --text self, which needs --from");
  if (flags.text === "self")
    throw new UsageError(
      "--text self: a new network has nothing to say; --from names one that does",
    );
  if (config !== undefined) {
    refuse(sizeOnly, "has no use with --config, which says what the network is");
    return configured(command, config, flags);
  }
  refuse(["batch"], "is for --from and --config");
  const { architecture, hidden, layers, context } = sizeDefaults;
  const size = {
    architecture: flags.model ?? architecture,
    hidden: flags.hidden ?? hidden,
    layers: flags.layers ?? layers,
    context: flags.context ?? context,
  };
  return newSubject(size, { text: textOf(flags.text), tokens: flags.tokens ?? "characters" });
}

function continued(model: Model, path: string, flags: SubjectFlags): Subject {
  if (!isDecoder(model))
    throw new UsageError(
      `${path}: its model_type is ${model.config.model_type}; a decoder is needed`,
    );
  if (flags.text === undefined)
    throw new UsageError("--from needs --text: a file, or self for what the network itself draws");
  const reading = readingOf(model.config.max_position_embeddings, flags);
  if (flags.text !== "self") {
    if (!model.tokenizer)
      throw new UsageError(`${path}: has no tokenizer.json, so --text cannot be read`);
    return continuedSubject(model, readText(flags.text), reading);
  }
  const sizes = { sequences: flags.sequences ?? DRAWN, length: reading.context };
  return continuedSubject(model, sampledSequences(model, sizes, flags.seed), reading);
}

function configured(command: Command, path: string, flags: SubjectFlags): Subject {
  const config = readConfig(path);
  if (config.model_type === "mlp")
    throw new UsageError(`${path}: its model_type is mlp; --model mlp makes one`);
  const tokenizer = readTokenizerOf(dirname(path));
  if (tokenizer && command.getOptionValueSource("tokens") === "cli")
    throw new UsageError(`--tokens: ${join(dirname(path), "tokenizer.json")} says what a token is`);
  return configuredSubject(
    { config, ...(tokenizer && { tokenizer }) },
    { text: textOf(flags.text), tokens: flags.tokens ?? "characters" },
    readingOf(config.max_position_embeddings, flags),
  );
}

function readingOf(longest: number, { context, batch }: SubjectFlags): Reading {
  if (context !== undefined && context > longest)
    throw new UsageError(`--context ${context}: the model reads at most ${longest} tokens at once`);
  return { context: context ?? Math.min(CONTEXT, longest), batch: batch ?? BATCH };
}

const textOf = (file: string | undefined): string =>
  file === undefined ? writeText(sentences, DEFAULT_LENGTH, 1) : readText(file);

function readText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${file}: is not UTF-8 text`);
    throw error;
  }
}
