import { existsSync, readdirSync } from "node:fs";
import { type Command, Option } from "commander";
import { RATE_STEP } from "../../gg/index.ts";
import {
  architectures,
  trainingDefaults as defaults,
  entropyRate,
  sentences,
  sizeDefaults,
  type TrainingOptions,
  type TrainingRow,
  tokenKinds,
  train,
} from "../../train/index.ts";
import { positiveNumber } from "../accelerator-options.ts";
import { deviceOption } from "../device-option.ts";
import { UsageError } from "../errors.ts";
import { count, print, progress, type TableColumn, table } from "../output.ts";
import { type SubjectFlags, subjectOf } from "../training-subject.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags
  extends SubjectFlags,
    Pick<TrainingOptions, "init" | "deepshape" | "rf8" | "xi" | "device"> {
  readonly output: string;
  readonly steps?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly fineTuning?: number;
  readonly shape: number;
  readonly backslash?: number;
  readonly lambda?: number;
  readonly epsilon: number;
  readonly estimate: "matrices" | "all";
  readonly bits: "8" | "7" | "6" | "5" | "4";
  readonly distill: boolean;
  readonly json?: boolean;
}

/** Of a network that goes on: what it knows is to stay. */
const continuedDefaults = { steps: 250, learningRate: 2e-4 };

/** `rf8 train -o DIR`: a network whose weights are for RF8, new or one that has been trained. */
export function addTrain(program: Command): void {
  program
    .command("train")
    .description("train a new network, or one that has been trained, with the methods made for RF8")
    .requiredOption("-o, --output <dir>", "a new model folder; the same command resumes a run")
    .option("--from <model>", "go on with this model: a folder, a .gguf or a llama2.c .bin file")
    .option(
      "--config <file>",
      "config.json of a new decoder; tokenizer.json is read from the same folder",
    )
    .option(
      "--text <file>",
      "UTF-8 text (default: sentences of a grammar of known entropy); with --from, self: what the model draws",
    )
    .addOption(
      new Option("--tokens <kind>", "what a token is (default: characters)").choices(tokenKinds),
    )
    .addOption(
      new Option(
        "--model <kind>",
        `what is trained (default: ${sizeDefaults.architecture})`,
      ).choices(architectures),
    )
    .addOption(
      size(
        "--hidden",
        `hidden width; for a llama a multiple of 16 (default: ${sizeDefaults.hidden})`,
        4096,
      ),
    )
    .addOption(size("--layers", `depth (default: ${sizeDefaults.layers})`, 100))
    .addOption(
      size(
        "--context",
        `tokens read at once (default: ${sizeDefaults.context}; 128 with --from and --config)`,
        1e6,
      ),
    )
    .addOption(size("--batch", "windows in a batch, with --from and --config (default: 16)", 1e6))
    .addOption(
      size("--sequences", "number of sequences drawn for --text self (default: 1024)", 1e6),
    )
    .addOption(
      size(
        "--steps",
        `batches (default: ${defaults.steps}; ${continuedDefaults.steps} with --from)`,
        10_000_000,
      ),
    )
    .addOption(
      number(
        "--learning-rate",
        `peak learning rate (default: ${defaults.learningRate}; ${continuedDefaults.learningRate} with --from)`,
      ),
    )
    .addOption(number("--weight-decay", "of the matrices, as AdamW has it"))
    .addOption(
      new Option("--init <how>", "generalized Gaussian of variance ξ/rows, or normal of 1/columns")
        .choices(["gg", "normal"])
        .default(defaults.init),
    )
    .addOption(number("--shape", "ν of gg", defaults.nu))
    .addOption(number("--xi", "ξ of gg", defaults.xi))
    .addOption(number("--backslash", "BackSlash with λ = κ · learning rate · parameters"))
    .addOption(number("--lambda", "BackSlash with this λ").conflicts("backslash"))
    .addOption(number("--epsilon", "ε of BackSlash", 1))
    .addOption(
      new Option("--estimate <over>", "what BackSlash estimates ν from")
        .choices(["matrices", "all"])
        .default("matrices"),
    )
    .addOption(
      number(
        "--fine-tuning",
        "share of the steps, at the end (default: 0.2; 1 with --from and without BackSlash)",
      ),
    )
    .option("--deepshape", "DeepShape the matrices before fine-tuning", false)
    .option("--rf8", "fine-tuning with RF8 in the forward pass", false)
    .addOption(
      new Option(
        "--bits <n>",
        "bits a weight in RF8; fewer than 8: the best palette of each matrix, in which the result is written with --rf8",
      )
        .choices(["8", "7", "6", "5", "4"])
        .default("8"),
    )
    .option("--distill", "the loss is the KL divergence from the network of --from", false)
    .addOption(deviceOption())
    .addOption(
      new Option("--seed <n>", "seed of weights and batches")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 1))
        .default(defaults.seed),
    )
    .option("--json", "one JSON document on stdout")
    .action((flags: Flags, command: Command) => run(command, flags));
}

const size = (flag: string, what: string, maximum: number): Option =>
  new Option(`${flag} <n>`, what).argParser(wholeNumber(flag, 1, maximum));

function number(flag: string, what: string, value?: number): Option {
  const option = new Option(`${flag} <x>`, what).argParser(positiveNumber(flag));
  return value === undefined ? option : option.default(value);
}

async function run(command: Command, flags: Flags): Promise<void> {
  const { output, from, text: file, json = false } = flags;
  if (existsSync(output) && readdirSync(output).length > 0)
    throw new UsageError(`${output}: exists and is not empty; the output is a new model folder`);
  if (flags.distill && from === undefined)
    throw new UsageError("--distill: a new network has none to learn from; --from names one");
  refuseIdle(command, flags);
  const options = optionsOf(flags);
  const subject = subjectOf(command, flags);
  const bar = progress("steps");
  try {
    const { history, parameters, resumedFrom, tokensPerSecond, device } = await train(
      output,
      subject,
      options,
      {
        onStep: (step, steps, loss, measured) => bar.update(step, steps, label(loss, measured)),
      },
    );
    bar.stop();
    const grammar = file === undefined && from === undefined;
    const document = {
      output,
      parameters,
      resumed_from: resumedFrom,
      device,
      tokens_per_s: tokensPerSecond,
      floor_nats: grammar ? entropyRate(sentences) : null,
      history,
    };
    print(json, document, () => report(document, options));
  } finally {
    bar.stop();
  }
}

/** @throws UsageError for an option that has no effect with the others. */
function refuseIdle(command: Command, flags: Flags): void {
  const { init, backslash, lambda, deepshape, rf8 } = flags;
  const strength = backslash ?? lambda;
  const idle: readonly (readonly [string, boolean, string])[] = [
    ["shape", init !== "gg", "--init gg"],
    ["xi", init !== "gg", "--init gg"],
    ["epsilon", strength === undefined, "--backslash or --lambda"],
    ["estimate", strength === undefined, "--backslash or --lambda"],
    [
      "fineTuning",
      strength === undefined && !deepshape && !rf8,
      "--backslash, --deepshape or --rf8",
    ],
  ];
  for (const [name, unused, needed] of idle)
    if (unused && command.getOptionValueSource(name) === "cli")
      throw new UsageError(
        `--${name === "fineTuning" ? "fine-tuning" : name} has no use without ${needed}`,
      );
}

function optionsOf(flags: Flags): TrainingOptions {
  const { from, backslash, lambda, epsilon, estimate } = flags;
  const { init, xi, shape: nu, deepshape, rf8, distill, device, seed } = flags;
  const strength =
    backslash !== undefined ? { kappa: backslash } : lambda !== undefined ? { lambda } : undefined;
  const own = from === undefined ? defaults : continuedDefaults;
  return {
    init,
    nu,
    xi,
    deepshape,
    rf8,
    distill,
    device,
    seed,
    ...(flags.bits !== "8" && { bits: Number(flags.bits) as 4 | 5 | 6 | 7 }),
    steps: flags.steps ?? own.steps,
    learningRate: flags.learningRate ?? own.learningRate,
    weightDecay: flags.weightDecay ?? defaults.weightDecay,
    fineTuning: flags.fineTuning ?? (from !== undefined && !strength ? 1 : defaults.fineTuning),
    ...(strength && { backslash: { ...strength, epsilon, estimate } }),
  };
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
  { heading: "loss", align: "right", value: (row) => row.loss?.toFixed(4) ?? "" },
  { heading: "validation", align: "right", value: (row) => row.validation_loss.toFixed(4) },
  { heading: "in RF8", align: "right", value: (row) => row.validation_loss_rf8.toFixed(4) },
  { heading: "ν", align: "right", value: (row) => row.nu.toFixed(2) },
  { heading: "EG0 bits", align: "right", value: (row) => row.eg0_bits.toFixed(2) },
  { heading: "entropy bits", align: "right", value: (row) => row.entropy_bits.toFixed(2) },
];

function report(
  run: {
    readonly output: string;
    readonly parameters: number;
    readonly resumed_from: number;
    readonly device: string;
    readonly tokens_per_s: number | null;
    readonly floor_nats: number | null;
    readonly history: readonly TrainingRow[];
  },
  { distill, rf8, bits }: TrainingOptions,
): string {
  const packed = rf8 && bits !== undefined ? ` --bits ${bits}` : "";
  const resumed = run.resumed_from > 0 ? `, resumed from step ${count(run.resumed_from)}` : "";
  const speed =
    run.tokens_per_s === null
      ? ""
      : `, ${count(Math.round(run.tokens_per_s))} tokens a second on ${run.device}`;
  const floor =
    run.floor_nats === null
      ? ""
      : `\nThe text's entropy rate, the floor of the loss: ${run.floor_nats.toFixed(4)}.`;
  const losses = distill
    ? "KL divergence from the network as it was, nats a token"
    : "nats a token";
  return `${table(columns, run.history)}

Losses: ${losses}. Bits: a weight of the matrices, rounded to multiples of ${RATE_STEP}.${floor}
${run.output}: ${count(run.parameters)} parameters${resumed}${speed}. Next: rf8 simulate ${run.output}, rf8 quantize ${run.output} -o ${run.output}-rf8${packed}`;
}
