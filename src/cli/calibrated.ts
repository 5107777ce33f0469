import { readFileSync } from "node:fs";
import { CircuitError } from "@chisel-ts/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { paletteCodes } from "../../hdl/weight-decoder/palette.ts";
import { isDecoder } from "../network/index.ts";
import {
  type MatrixOptions,
  type MatrixReport,
  type Method,
  type ModelOptions,
  methods,
  pairsOf,
  quantizeModel,
} from "../quantize/index.ts";
import {
  type Device,
  type DistilledCodes,
  distillationDefaults,
  distillCodes,
} from "../train/index.ts";
import { deviceOption } from "./device-option.ts";
import { UsageError } from "./errors.ts";
import { openModel } from "./open-model.ts";
import { count, print, progress, type TableColumn, table } from "./output.ts";
import { sequencesOf } from "./sequences.ts";
import { wholeNumber } from "./whole-number.ts";

export interface CalibratedFlags {
  readonly method: Method;
  readonly scale: "none" | "row";
  readonly equalize?: boolean;
  readonly bits: "8" | "7" | "6" | "5" | "4";
  readonly palette: "tensor" | "shared" | readonly number[];
  readonly calibrate: string;
  readonly sequences?: number;
  readonly length?: number;
  readonly target?: "sequential";
  readonly fisher?: boolean;
  readonly distill?: number;
  readonly device: Device;
}

interface Flags extends CalibratedFlags {
  readonly output: string;
  readonly seed: number;
  readonly keep?: readonly string[];
  readonly json?: boolean;
}

/** What is drawn from the model where no file is given. */
const DRAWN = { sequences: 128, length: 128 };

/** The options of `rf8 quantize` that choose codes on what the network does with them. */
export const addCalibratedOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--method <how>", "codes by themselves, or by GPTQ and coordinate descent")
        .choices(methods)
        .default("nearest"),
    )
    .addOption(
      new Option("--scale <of>", "a real factor for each row, chosen on the calibration")
        .choices(["none", "row"])
        .default("none"),
    )
    .option(
      "--equalize",
      "move a real factor of each row of values and up into the columns that read it",
    )
    .addOption(
      new Option("--bits <n>", "bits a weight; fewer than 8 are indexes of a palette of RF8 values")
        .choices(["8", "7", "6", "5", "4"])
        .default("8"),
    )
    .addOption(
      new Option(
        "--palette <of>",
        "the best palette of each tensor, the best one shared by all (for a hard-wired decoder), or given codes of two hexadecimal digits each",
      )
        .argParser(palette)
        .default("tensor"),
    )
    .option(
      "--calibrate <what>",
      "a file of text or of token ids, or self: sequences that the model draws",
      "self",
    )
    .addOption(
      new Option(
        "--sequences <n>",
        "maximum number of calibration sequences (default: 128 drawn, or a whole file)",
      ).argParser(wholeNumber("--sequences", 1, 1_000_000)),
    )
    .addOption(
      new Option(
        "--length <n>",
        "tokens in each sequence (default: 128 drawn, or what the model reads at once)",
      ).argParser(wholeNumber("--length", 1, 1_000_000)),
    )
    .addOption(
      new Option(
        "--target <what>",
        "sequential: matrix after matrix, towards the float network's outputs",
      ).choices(["sequential"]),
    )
    .option("--fisher", "each row of the classifier by its own inputs: slow for large vocabularies")
    .addOption(
      new Option(
        "--distill <steps>",
        "then train the codes towards the float network's outputs: about 250 steps",
      ).argParser(wholeNumber("--distill", 1, 10_000_000)),
    )
    .addOption(deviceOption());

/** The digits that `--palette` of an accelerator takes. */
export const paletteDigits = (codes: readonly number[]): string =>
  codes.map((code) => code.toString(16).padStart(2, "0")).join("");

function palette(text: string): CalibratedFlags["palette"] {
  if (text === "tensor" || text === "shared") return text;
  if (!/^([0-9a-f]{2})+$/.test(text))
    throw new InvalidArgumentError(
      "--palette must be tensor, shared, or RF8 codes of two hexadecimal digits each.",
    );
  return (text.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
}

/** One palette for all tensors, where the flags ask for one. @throws UsageError where it is none of so many bits. */
function onePalette({
  bits,
  palette: of,
}: CalibratedFlags): "shared" | readonly number[] | undefined {
  if (of === "tensor" || of === "shared") return of === "shared" ? of : undefined;
  try {
    return paletteCodes({ bits: Number(bits), palette: paletteDigits(of) });
  } catch (error) {
    if (error instanceof CircuitError) throw new UsageError(`--palette: ${error.message}`);
    throw error;
  }
}

/** Whether the flags ask for codes that are chosen on tokens. */
export function isCalibrated(command: Command): boolean {
  const { method, scale, equalize, bits, distill } = command.opts<CalibratedFlags>();
  if (distill === undefined && given(command, "device"))
    throw new UsageError("--device is for --distill: nothing else is trained");
  if (equalize && scale === "row")
    throw new UsageError(
      "--equalize has no use with --scale row, which has a factor for every row",
    );
  if (equalize && bits !== "8")
    throw new UsageError("--equalize is for --bits 8: its factors are chosen for all of RF8");
  if (method === "gptq" || scale === "row" || equalize || bits !== "8") return true;
  const idle = [
    ...["palette", "calibrate", "sequences", "length", "target", "fisher", "distill"],
  ].find((name) => given(command, name));
  if (idle !== undefined)
    throw new UsageError(
      `--${idle} is for --method gptq, --scale row, --equalize and --bits below 8`,
    );
  return false;
}

const given = (command: Command, option: string): boolean =>
  command.getOptionValueSource(option) === "cli";

const columns: readonly TableColumn<MatrixReport>[] = [
  { heading: "tensor", value: (row) => row.name },
  { heading: "shape", value: (row) => row.shape.join("×") },
  { heading: "bias", align: "right", value: (row) => String(row.bias) },
  { heading: "error, nearest", align: "right", value: (row) => row.error_nearest.toExponential(2) },
  { heading: "error", align: "right", value: (row) => row.error.toExponential(2) },
  { heading: "changed", align: "right", value: (row) => count(row.changed) },
  { heading: "saturated", align: "right", value: (row) => count(row.saturated) },
  { heading: "to zero", align: "right", value: (row) => count(row.flushed_to_zero) },
];

/** `rf8 quantize` with codes that are chosen on tokens. */
export async function quantizeCalibrated(
  command: Command,
  input: string,
  flags: Flags,
): Promise<void> {
  const idle = ["rounding", "bias", "granularity", "nan"].find((name) => given(command, name));
  if (idle !== undefined)
    throw new UsageError(
      `--${idle} has no use with --method gptq, --scale row, --equalize or --bits below 8, which round to nearest at one max bias and take no NaN`,
    );
  const {
    output,
    json = false,
    method,
    scale,
    equalize = false,
    target,
    fisher,
    keep,
    calibrate,
    distill,
    device,
  } = flags;
  if (/\.(safetensors|bin|gguf)$/.test(output))
    throw new UsageError(`-o ${output}: the output of a model is a new folder`);
  const bits = Number(flags.bits) as MatrixOptions["bits"];
  if (bits === 8 && given(command, "palette"))
    throw new UsageError("--palette is for --bits below 8; 8 bits have all of RF8");
  const one = onePalette(flags);
  const model = openModel(input);
  if (!isDecoder(model))
    throw new UsageError(
      `${input}: its model_type is ${model.config.model_type}; a decoder is needed, which reads tokens`,
    );
  const sequences = sequencesOf(input, model, { ...flags, ...fileOf(calibrate) }, DRAWN);
  // What the last token of each predicts is not known, but its vectors count.
  const tokens = sequences.reduce((sum, { length }) => sum + length - 1, 0);
  const bar = progress(distill === undefined ? "matrices" : "matrices, then steps");
  let distilled: DistilledCodes | undefined;
  const refine: ModelOptions["refine"] = async (chosen, equalized) => {
    distilled = await distillCodes(equalized, sequences, chosen, {
      ...distillationDefaults,
      steps: distill ?? 0,
      device,
      seed: flags.seed,
      onStep: (step, steps, loss) => bar.update(step, steps, `KL ${loss.toFixed(5)}`),
    });
    return distilled.codes;
  };
  const options = {
    method,
    scale,
    bits,
    equalized: equalize,
    onMatrix: bar.update,
    ...(one && { palette: one }),
    ...(target && { target }),
    ...(fisher && { fisher }),
    ...(keep && { keep }),
    ...(distill !== undefined && { refine }),
  };
  const read = sequences.map((sequence) => sequence.slice(0, -1));
  const tensors = await quantizeModel({ input, model, output, sequences: read }, options).finally(
    bar.stop,
  );
  const shared = one && tensors[0]?.palette;
  const document = {
    input,
    output,
    method,
    scale,
    equalize,
    bits,
    calibrate,
    calibration_tokens: tokens,
    palette: shared ? paletteDigits(shared) : null,
    target: target ?? null,
    fisher: fisher ?? false,
    distill_steps: distill ?? 0,
    kl_before_distillation: distilled?.klBefore ?? null,
    kl_distilled: distilled?.kl ?? null,
    tensors,
  };
  print(json, document, () => {
    const weights = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return `${table(columns, tensors)}

error: share of the outputs' mean square on the calibration, ${count(tokens)} tokens; nearest: as --method nearest --scale none${equalize ? ", of the equalized weights" : ""}.${distilledLine(distilled)}
${equalize ? equalizedLine(pairsOf(model.config).length, tensors) : ""}${shared ? `One palette: hard-wired by --bits ${bits} --palette ${paletteDigits(shared)}\n` : ""}${output}: ${count(weights)} weights in ${tensors.length} RF8 tensors of ${bits} bits`;
  });
}

function equalizedLine(pairs: number, tensors: readonly MatrixReport[]): string {
  const done = tensors.filter(({ equalized }) => equalized === "rows").length;
  const rest = done === pairs ? "" : "; of the others a matrix or its bias is kept";
  return `Equalized: ${done} of ${pairs} pairs of matrices${rest}\n`;
}

const distilledLine = (distilled: DistilledCodes | undefined): string =>
  distilled
    ? ` Both are of the codes before distillation.
KL(float ‖ RF8) on the last tenth of the sequences: ${distilled.klBefore.toFixed(5)} nats a token before distillation, ${distilled.kl.toFixed(5)} after it`
    : "";

/** A file whose every word is a whole number has token ids; any other is text. */
function fileOf(calibrate: string): { text?: string; tokens?: string } {
  if (calibrate === "self") return {};
  const isTokens = /^[\s\d]*$/.test(readFileSync(calibrate, "utf8"));
  return isTokens ? { tokens: calibrate } : { text: calibrate };
}
