import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type Chooser,
  chatText,
  greedy,
  isDecoder,
  type Message,
  type Model,
  sampling,
  textTokens,
} from "../network/index.ts";
import { UsageError } from "./errors.ts";
import { wholeNumber } from "./whole-number.ts";

/** What a command that generates text reads first, and how it chooses tokens. */
export interface TextFlags {
  readonly tokens: number;
  readonly prompt: string;
  readonly chat?: boolean;
  readonly system?: string;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
}

const numberUpTo =
  (flag: string, maximum: number, minimum = 0) =>
  (text: string): number => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum && (minimum > 0 || value >= 0)) return value;
    throw new InvalidArgumentError(`${flag} must be a number from ${minimum} to ${maximum}.`);
  };

/** @param tokens how many where the flag is absent */
export function addTextOptions(command: Command, tokens: number): Command {
  return command
    .addOption(
      new Option("--tokens <n>", "maximum number of tokens to generate")
        .argParser(wholeNumber("--tokens", 1, 1_000_000))
        .default(tokens),
    )
    .option("--prompt <text>", "text that the model reads first", "")
    .option("--chat", "the prompt as a user's turn, by the model's own chat template")
    .option("--system <text>", "the system's turn before it, with --chat")
    .addOption(
      new Option("--temperature <t>", "sampling temperature; 0 always chooses the likeliest token")
        .argParser(numberUpTo("--temperature", 100))
        .default(0),
    )
    .addOption(
      new Option("--top-k <k>", "sample from the k likeliest tokens").argParser(
        wholeNumber("--top-k", 1, 1_000_000),
      ),
    )
    .addOption(
      new Option(
        "--top-p <p>",
        "sample from the likeliest tokens whose probabilities add up to p",
      ).argParser(numberUpTo("--top-p", 1, 1e-6)),
    )
    .addOption(
      new Option("--seed <n>", "of the draws (default: 1)").argParser(
        wholeNumber("--seed", 0, 2 ** 32 - 1),
      ),
    );
}

/** @throws UsageError for a flag of drawing where nothing is drawn. */
export function chooserOf({ temperature, topK, topP, seed }: TextFlags): Chooser {
  if (temperature === 0) {
    const unused = Object.entries({ "--top-k": topK, "--top-p": topP, "--seed": seed });
    const [flag] = unused.find(([, value]) => value !== undefined) ?? [];
    if (flag !== undefined)
      throw new UsageError(`${flag} goes with --temperature above 0; without it no token is drawn`);
    return greedy;
  }
  return sampling({
    temperature,
    seed: seed ?? 1,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  });
}

/**
 * What the model reads first: the prompt's text, or the tokens of a conversation with it.
 *
 * @throws UsageError for --system without --chat, and --chat for what has no tokenizer.
 */
export function promptFrom(path: string, model: Model, flags: TextFlags): string | number[] {
  const { chat = false, system, prompt } = flags;
  if (!chat) {
    if (system !== undefined) throw new UsageError("--system goes with --chat");
    return prompt;
  }
  if (!isDecoder(model) || !model.tokenizer)
    throw new UsageError(`${path}: --chat needs a decoder with a tokenizer`);
  const messages: Message[] = [
    ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
    { role: "user", content: prompt },
  ];
  // The template itself writes what a text begins with.
  return textTokens(model, chatText(path, messages));
}
