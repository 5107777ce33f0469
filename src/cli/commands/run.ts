import { stdout } from "node:process";
import { type Command, Option } from "commander";
import { generateTokens } from "../../accelerator/run/index.ts";
import {
  floatLayers,
  type InputType,
  inputTypes,
  type Model,
  quantizedInputs,
  quantizedModel,
  type Tokenizer,
  type WeightSetting,
  weightFormats,
} from "../../network/index.ts";
import { openModel } from "../open-model.ts";
import { addTextOptions, chooserOf, promptFrom, type TextFlags } from "../text-options.ts";

interface Flags extends TextFlags {
  readonly format?: WeightSetting["format"];
  readonly activations: InputType;
  readonly json?: boolean;
}

/** `rf8 run DIR`: a network's text, without hardware. */
export function addRun(program: Command): void {
  const command = program
    .command("run")
    .description("generate text with the weights as they are, or as a format makes them")
    .argument("<model>", "model folder, or llama2.c .bin");
  addTextOptions(command, 100)
    .addOption(
      new Option(
        "--format <which>",
        "weights rounded to a format first, one scale a tensor (default: as they are)",
      ).choices(weightFormats),
    )
    .addOption(
      new Option("--activations <type>", "inputs of every matrix, one scale a token")
        .choices(inputTypes)
        .default("float"),
    )
    .option("--json", "one JSON document on stdout")
    .action(run);
}

function run(path: string, flags: Flags): void {
  const choose = chooserOf(flags);
  const given = openModel(path);
  const prompt = promptFrom(path, given, flags);
  const model = flags.format === undefined ? given : quantizedModel(given, settingOf(flags.format));
  const layers = quantizedInputs(floatLayers(model), flags.activations);
  const tokens: number[] = [];
  const text = model.tokenizer && new TextPieces(model.tokenizer);
  const began = performance.now();
  generateTokens(model, layers, {
    prompt,
    tokens: flags.tokens,
    choose,
    together: true,
    onToken(token) {
      tokens.push(token);
      if (!flags.json) stdout.write(text ? text.next(tokens) : `${token} `);
    },
  });
  const seconds = (performance.now() - began) / 1000;
  if (!flags.json) stdout.write(text ? `${text.rest(tokens)}\n` : "\n");
  else stdout.write(`${JSON.stringify(documentOf(path, model, tokens, seconds), null, 2)}\n`);
}

const settingOf = (format: WeightSetting["format"]): WeightSetting =>
  format === "f32"
    ? { format, rounding: null, granularity: null }
    : { format, rounding: "nearest", granularity: "tensor" };

const documentOf = (path: string, model: Model, tokens: readonly number[], seconds: number) => ({
  model: path,
  tokens,
  text: model.tokenizer?.decode(tokens) ?? null,
  ended: model.stop?.includes(tokens.at(-1) ?? -1) ?? false,
  wall_s: seconds,
  tokens_per_s: tokens.length / seconds,
});

/**
 * The text of tokens piece by piece, as they come. A token can be a part of a character, and a tokenizer may treat the first
 * of a text differently, so a piece is what the last tokens have with the new one and did not have without it.
 */
class TextPieces {
  readonly #tokenizer: Tokenizer;
  #start = 0;
  #shown = 0;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  next(tokens: readonly number[]): string {
    const piece = this.rest(tokens);
    if (piece === "" || piece.endsWith("\uFFFD")) return "";
    [this.#start, this.#shown] = [this.#shown, tokens.length];
    return piece;
  }

  /** What is not shown yet, half a character included. */
  rest(tokens: readonly number[]): string {
    const before = this.#tokenizer.decode(tokens.slice(this.#start, this.#shown));
    return this.#tokenizer.decode(tokens.slice(this.#start)).slice(before.length);
  }
}
