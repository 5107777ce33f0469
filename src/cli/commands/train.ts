import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { RATE_STEP } from "../../gg/index.ts";
import {
  architectures,
  trainingDefaults as defaults,
  entropyRate,
  sentences,
  type TrainingOptions,
  type TrainingRow,
  tokenKinds,
  train,
  writeText,
} from "../../train/index.ts";
import { positiveNumber } from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";
import { count, print, progress, type TableColumn, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags extends Omit<TrainingOptions, "text" | "backslash" | "architecture" | "nu"> {
  readonly output: string;
  readonly model: TrainingOptions["architecture"];
  readonly text?: string;
  readonly shape: number;
  readonly backslash?: number;
  readonly lambda?: number;
  readonly epsilon: number;
  readonly estimate: "matrices" | "all";
  readonly json?: boolean;
}

/** Characters of the default text. */
const DEFAULT_LENGTH = 400_000;

/** `rf8 train -o DIR`: a small network whose weights are for RF8. */
export function addTrain(program: Command): void {
  program
    .command("train")
    .description("train a small Llama or MLP on a text, with the methods made for RF8's prior")
    .requiredOption("-o, --output <dir>", "a new model folder; the same command resumes a run")
    .option("--text <file>", "UTF-8 text (default: sentences of a grammar of known entropy)")
    .addOption(
      new Option("--tokens <kind>", "what a token is").choices(tokenKinds).default(defaults.tokens),
    )
    .addOption(
      new Option("--model <kind>", "what is trained")
        .choices(architectures)
        .default(defaults.architecture),
    )
    .addOption(size("--hidden", "width; of a llama a multiple of 16", 4096, defaults.hidden))
    .addOption(size("--layers", "depth", 100, defaults.layers))
    .addOption(size("--context", "tokens that are read at once", 4096, defaults.context))
    .addOption(size("--steps", "batches", 10_000_000, defaults.steps))
    .addOption(number("--learning-rate", "its peak", defaults.learningRate))
    .addOption(
      new Option("--init <how>", "generalized Gaussian of variance ξ/rows, or normal of 1/columns")
        .choices(["gg", "normal"])
        .default(defaults.init),
    )
    .addOption(number("--shape", "ν of gg", defaults.nu))
    .addOption(number("--xi", "ξ of gg", defaults.xi))
    .addOption(number("--backslash", "BackSlash with λ = κ · learning rate · parameters"))
    .addOption(number("--lambda", "BackSlash with this λ").conflicts("backslash"))
    .addOption(number("--epsilon", "of BackSlash", 1))
    .addOption(
      new Option("--estimate <over>", "what BackSlash estimates ν from")
        .choices(["matrices", "all"])
        .default("matrices"),
    )
    .option("--deepshape", "DeepShape the matrices before the last fifth of the steps", false)
    .option("--rf8", "the last fifth with RF8 in the forward pass", false)
    .addOption(
      new Option("--seed <n>", "of weights and batches")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 1))
        .default(defaults.seed),
    )
    .option("--json", "one JSON document on stdout")
    .action(run);
}

const size = (flag: string, what: string, most: number, value: number): Option =>
  new Option(`${flag} <n>`, what).argParser(wholeNumber(flag, 1, most)).default(value);

function number(flag: string, what: string, value?: number): Option {
  const option = new Option(`${flag} <x>`, what).argParser(positiveNumber(flag));
  return value === undefined ? option : option.default(value);
}

async function run(flags: Flags): Promise<void> {
  const { output, text: file, json = false, model, shape, backslash, lambda, ...rest } = flags;
  const { epsilon, estimate, ...options } = rest;
  if (existsSync(output) && readdirSync(output).length > 0)
    throw new UsageError(`${output}: exists and is not empty; the output is a new model folder`);
  const text = file === undefined ? writeText(sentences, DEFAULT_LENGTH, 1) : readText(file);
  const strength =
    backslash !== undefined ? { kappa: backslash } : lambda !== undefined ? { lambda } : undefined;
  const bar = progress("steps");
  try {
    const { history, parameters, resumedFrom } = await train(
      output,
      {
        ...{ ...options, text, architecture: model, nu: shape },
        ...(strength && { backslash: { ...strength, epsilon, estimate } }),
      },
      {
        onStep: (step, steps, loss, measured) => bar.update(step, steps, label(loss, measured)),
      },
    );
    bar.stop();
    const floor = file === undefined ? entropyRate(sentences) : null;
    const document = { output, parameters, resumed_from: resumedFrom, floor_nats: floor, history };
    print(json, document, () => report(document));
  } finally {
    bar.stop();
  }
}

function readText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${file}: is not UTF-8 text`);
    throw error;
  }
}

const label = (loss: number, measured: TrainingRow | undefined): string =>
  [
    `loss ${loss.toFixed(3)}`,
    ...(measured
      ? [
          `validation ${measured.validation_loss.toFixed(3)}`,
          `ν ${measured.nu.toFixed(2)}`,
          `${measured.eg0_bits.toFixed(2)} bits a weight`,
        ]
      : []),
  ].join("  ");

const columns: readonly TableColumn<TrainingRow>[] = [
  { heading: "step", align: "right", value: (row) => count(row.step) },
  { heading: "loss", align: "right", value: (row) => row.loss.toFixed(4) },
  { heading: "validation", align: "right", value: (row) => row.validation_loss.toFixed(4) },
  { heading: "in RF8", align: "right", value: (row) => row.validation_loss_rf8.toFixed(4) },
  { heading: "ν", align: "right", value: (row) => row.nu.toFixed(2) },
  { heading: "EG0 bits", align: "right", value: (row) => row.eg0_bits.toFixed(2) },
  { heading: "entropy bits", align: "right", value: (row) => row.entropy_bits.toFixed(2) },
];

function report(run: {
  readonly output: string;
  readonly parameters: number;
  readonly resumed_from: number;
  readonly floor_nats: number | null;
  readonly history: readonly TrainingRow[];
}): string {
  const resumed = run.resumed_from > 0 ? `, resumed from step ${count(run.resumed_from)}` : "";
  const floor =
    run.floor_nats === null
      ? ""
      : `\nThe text's entropy rate, the floor of the loss: ${run.floor_nats.toFixed(4)}.`;
  return `${table(columns, run.history)}

Losses: nats a token. Bits: a weight of the matrices, rounded to multiples of ${RATE_STEP}.${floor}
${run.output}: ${count(run.parameters)} parameters${resumed}. Next: rf8 simulate ${run.output}, rf8 quantize ${run.output} -o ${run.output}-rf8`;
}
