import { type Command, Option } from "commander";
import { CheckpointError, saveIntegers } from "../../checkpoint/index.ts";
import {
  type DecoderConfig,
  type EvaluationRow,
  evaluate,
  evaluateMatrices,
  granularities,
  type InputType,
  type IntegerSetting,
  inputTypes,
  isDecoder,
  type MatrixRow,
  type Model,
  recordInputs,
  roundings,
  type Setting,
  STORED,
  type WeightSetting,
  weightFormats,
  weightSettings,
} from "../../network/index.ts";
import { UsageError } from "../errors.ts";
import { openModel } from "../open-model.ts";
import { count, print, progress, table } from "../output.ts";
import { recordOption } from "../record-option.ts";
import { sequencesOf } from "../sequences.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags {
  readonly format?: WeightSetting["format"];
  readonly rounding?: WeightSetting["rounding"];
  readonly granularity?: WeightSetting["granularity"];
  readonly activations?: InputType;
  readonly text?: string;
  readonly tokens?: string;
  readonly sequences?: number;
  readonly length?: number;
  readonly seed: number;
  readonly perTensor?: boolean;
  readonly quantized?: string;
  readonly record?: string;
  readonly json?: boolean;
}

/** `rf8 evaluate DIR`: what each format costs a network, in loss and KL divergence. */
export function addEvaluate(program: Command): void {
  const only = (flag: string, choices: readonly string[]): Option =>
    new Option(`${flag} <which>`, "only these rows").choices(choices);
  program
    .command("evaluate")
    .description("loss of a language model in RF8 and other formats, and KL divergence from float")
    .argument("<model>", "model folder, or llama2.c .bin")
    .addOption(only("--format", weightFormats))
    .addOption(only("--rounding", roundings))
    .addOption(only("--granularity", granularities))
    .addOption(only("--activations", inputTypes))
    .option(
      "--text <file>",
      "evaluate on this text (default: on sequences that the model itself draws)",
    )
    .addOption(
      new Option(
        "--tokens <file>",
        "evaluate on these token ids, separated by white space",
      ).conflicts("text"),
    )
    .addOption(
      new Option(
        "--sequences <n>",
        "maximum number of sequences (default: 4 drawn, or a whole text)",
      ).argParser(wholeNumber("--sequences", 1, 1_000_000)),
    )
    .addOption(
      new Option(
        "--length <n>",
        "tokens predicted in each (default: 100 drawn, or what the model reads at once)",
      ).argParser(wholeNumber("--length", 1, 1_000_000)),
    )
    .addOption(
      new Option("--seed <n>", "seed of the random draws")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 1))
        .default(1),
    )
    .option("--quantized <model>", "also this network, the same one as rf8 quantize wrote it")
    .option("--per-tensor", "also each matrix alone in RF8")
    .addOption(recordOption("with --activations int8 or int16, in the first row that has them"))
    .option("--json", "one JSON document on stdout")
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const model = openModel(path);
  if (!isDecoder(model))
    throw new UsageError(
      `${path}: its model_type is ${model.config.model_type}; evaluate predicts tokens, which a decoder does`,
    );
  const sequences = sequencesOf(path, model, flags, { sequences: 4, length: 100 });
  const stored = flags.quantized === undefined ? undefined : openSame(flags.quantized, path, model);
  const settings = [...settingsOf(flags), ...(stored ? storedSettings(flags) : [])];
  const recorded = flags.record === undefined ? undefined : firstInteger(settings, flags);
  const bar = progress("tokens");
  try {
    const rows = await evaluate(model, {
      settings,
      sequences,
      onProgress: bar.update,
      ...(stored && { stored }),
    });
    const tensors = flags.perTensor
      ? await evaluateMatrices(model, { sequences, onProgress: bar.update })
      : undefined;
    bar.stop();
    refuseNan(path, rows);
    if (flags.record !== undefined && recorded)
      await saveIntegers(flags.record, recordInputs(model, recorded, sequences, stored).tensors());
    const document = {
      model: path,
      sequences: sequences.length,
      rows,
      ...(tensors && { tensors }),
      ...(recorded && { recorded: { file: flags.record, ...recorded } }),
    };
    print(flags.json ?? false, document, () =>
      [
        report(rows, tensors, describe(sequences, flags)),
        ...(recorded
          ? [
              `Recorded in ${flags.record}: ${recorded.activations} activations, ${recorded.format} weights.`,
            ]
          : []),
      ].join("\n"),
    );
  } finally {
    bar.stop();
  }
}

/** The first row with integer activations. @throws UsageError where no type of them was asked for. */
function firstInteger(settings: readonly Setting[], { activations }: Flags): IntegerSetting {
  const found = settings.find(
    (setting): setting is IntegerSetting =>
      setting.activations !== "float" && setting.activations === activations,
  );
  if (!found) throw new UsageError("--record goes with --activations int8 or int16");
  return found;
}

/** @throws UsageError for a network that is not the same but for its weights. */
function openSame(path: string, other: string, model: Model<DecoderConfig>): Model<DecoderConfig> {
  const stored = openModel(path);
  if (!isDecoder(stored) || shapesOf(stored) !== shapesOf(model))
    throw new UsageError(
      `--quantized ${path}: its matrices are not those of ${other}; the same network is needed`,
    );
  return stored;
}

/** Layers and shapes of all tensors but the classifier, which may be stored though it is the embedding. */
const shapesOf = ({ config, tensors }: Model<DecoderConfig>): string =>
  JSON.stringify([
    config.layers,
    [...tensors]
      .filter(([name]) => name !== "lm_head.weight")
      .map(([name, { shape }]) => [name, ...shape])
      .sort(),
  ]);

const storedSettings = ({ activations }: Flags): Setting[] =>
  inputTypes
    .filter((type) => activations === undefined || type === activations)
    .map((type) => ({
      format: STORED,
      rounding: null,
      granularity: null,
      activations: type,
    }));

/** Logits beyond float32 give no probabilities; a figure of them would be none. */
function refuseNan(path: string, rows: readonly EvaluationRow[]): void {
  const bad = rows.find(({ nll, kl }) => Number.isNaN(nll) || Number.isNaN(kl));
  if (bad)
    throw new CheckpointError(
      path,
      `its loss with ${bad.format} weights and ${bad.activations} activations is not finite: sums overflow float32`,
    );
}

/** The rows asked for, after the float network, which the others are compared with. */
function settingsOf({ format, rounding, granularity, activations }: Flags): Setting[] {
  const is = <T>(value: T | null, asked: T | undefined | null): boolean =>
    asked === undefined || value === asked;
  const all = weightSettings.flatMap((weights) =>
    inputTypes.map((type): Setting => ({ ...weights, activations: type })),
  );
  return all.filter(
    (row, index) =>
      index === 0 ||
      (is(row.format, format) &&
        is(row.rounding, rounding) &&
        is(row.granularity, granularity) &&
        is(row.activations, activations)),
  );
}

const describe = (
  sequences: readonly (readonly number[])[],
  { text, tokens, seed }: Flags,
): string =>
  `${sequences.length} ${sequences.length === 1 ? "sequence" : "sequences"} ${
    (text ?? tokens) ? `of ${text ?? tokens}` : `drawn from the model, seed ${seed}`
  }`;

const nats = (value: number): string => value.toFixed(4);
/** KL divergences span decades; below float64's reach they are zero. */
const divergence = (value: number): string => (value < 1e-9 ? "0" : value.toPrecision(3));

function report(
  rows: readonly EvaluationRow[],
  tensors: readonly MatrixRow[] | undefined,
  sequences: string,
): string {
  const [float] = rows;
  const lines = table(
    [
      { heading: "weights", value: (row: EvaluationRow) => row.format },
      { heading: "rounding", value: (row) => row.rounding ?? "-" },
      { heading: "scale per", value: (row) => row.granularity ?? "-" },
      { heading: "activations", value: (row) => row.activations },
      { heading: "loss", align: "right", value: (row) => nats(row.nll) },
      { heading: "over float", align: "right", value: (row) => nats(row.nll - (float?.nll ?? 0)) },
      { heading: "KL", align: "right", value: (row) => divergence(row.kl) },
    ],
    rows,
  );
  const each =
    tensors &&
    table(
      [
        { heading: "tensor", value: (row: MatrixRow) => row.tensor },
        { heading: "shape", value: (row) => row.shape.join("×") },
        { heading: "KL", align: "right", value: (row) => divergence(row.kl) },
      ],
      tensors.toSorted((a, b) => b.kl - a.kl),
    );
  return [
    lines,
    ...(each ? ["each matrix alone in RF8, nearest, one bias a tensor:", each] : []),
    `${count(float?.tokens ?? 0)} tokens predicted in ${sequences}. Loss and KL(float ‖ row): nats a token.
Matrices, embedding and classifier included, are quantized; norms are float. RF8: max bias; others: real scale, max|w|
to the largest number. Activations: input of every matrix, symmetric, one scale a token.`,
  ].join("\n\n");
}
