import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type QuantizedTensor,
  type QuantizeOptions,
  quantizeCheckpoint,
} from "../../checkpoint/index.ts";
import { quantizeWhole } from "../../network/index.ts";
import {
  addCalibratedOptions,
  type CalibratedFlags,
  isCalibrated,
  quantizeCalibrated,
} from "../calibrated.ts";
import { count, print, progress, type TableColumn, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

type Flags = QuantizeOptions &
  CalibratedFlags & {
    readonly output: string;
    readonly json?: boolean;
  };

function bias(text: string): QuantizeOptions["bias"] {
  if (text === "max" || text === "mse") return text;
  const value = /^-?\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= -128 && value <= 127) return value;
  throw new InvalidArgumentError("--bias must be max, mse or a whole number from -128 to 127.");
}

/** `1.25` with a fixed number of digits, or a dash where there is no figure. */
export const figure = (value: number | null, digits = 2): string =>
  value === null ? "-" : value.toFixed(digits);

/** A bias, or the range of a channel's. */
export const biasText = (value: number | readonly number[] | null): string =>
  value === null ? "-" : typeof value === "number" ? String(value) : range(value);

function range(values: readonly number[]): string {
  const minimum = values.reduce((a, b) => Math.min(a, b), 127);
  const maximum = values.reduce((a, b) => Math.max(a, b), -128);
  return values.length === 0 ? "-" : `${minimum}…${maximum}`;
}

export const quantizeColumns: readonly TableColumn<QuantizedTensor>[] = [
  { heading: "tensor", value: (row) => row.name },
  { heading: "shape", value: (row) => row.shape.join("×") },
  { heading: "bias", align: "right", value: (row) => biasText(row.bias) },
  { heading: "SQNR dB", align: "right", value: (row) => figure(row.sqnr_db) },
  { heading: "saturated", align: "right", value: (row) => count(row.saturated) },
  { heading: "to zero", align: "right", value: (row) => count(row.flushed_to_zero) },
  { heading: "entropy bits", align: "right", value: (row) => figure(row.entropy_bits) },
];

/** `rf8 quantize IN -o OUT`: the matrices of a checkpoint as RF8. */
export function addQuantize(program: Command): void {
  const command = program
    .command("quantize")
    .description(
      "encode the matrices of a checkpoint as RF8, each by itself or calibrated on tokens",
    )
    .argument("<in>", "safetensors file, .gguf, llama2.c .bin, or model folder")
    .requiredOption(
      "-o, --output <out>",
      "safetensors file; a new folder for a folder, or of a .bin or .gguf",
    )
    .addOption(
      new Option("--rounding <rule>", "how weights become codes")
        .choices(["nearest", "paper", "stochastic"])
        .default("nearest"),
    )
    .addOption(
      new Option("--seed <n>", "seed of stochastic rounding and of drawn sequences")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 1))
        .default(1),
    )
    .addOption(
      new Option("--bias <how>", "bias: max, mse, or a whole number from -128 to 127")
        .argParser(bias)
        .default("max"),
    )
    .addOption(
      new Option("--granularity <of>", "one bias a tensor, or one a row of axis 0")
        .choices(["tensor", "channel"])
        .default("tensor"),
    )
    .addOption(
      new Option("--nan <what>", "a NaN in the input is an error, or is encoded as 0x80")
        .choices(["error", "encode"])
        .default("error"),
    )
    .option(
      "--keep <tensor...>",
      "tensors that stay as they are, by name; * stands for any characters",
    )
    .option("--json", "one JSON document on stdout");
  addCalibratedOptions(command).action(async (input: string, flags: Flags) => {
    const { output, json = false, rounding, seed, bias, granularity, nan, keep } = flags;
    if (isCalibrated(command)) return quantizeCalibrated(command, input, flags);
    const options = { rounding, seed, bias, granularity, nan, ...(keep && { keep }) };
    const bar = progress("bytes");
    // These files alone say what network they are, so a folder can be made of them.
    const whole = /\.(bin|gguf)$/.test(input) && !/\.(safetensors|bin)$/.test(output);
    const quantize = whole ? quantizeWhole : quantizeCheckpoint;
    const result = await quantize(input, output, options, bar.update).finally(bar.stop);
    print(json, { input, output, ...options, ...result }, () => {
      const weights = result.tensors.reduce(
        (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
        0,
      );
      return `${table(quantizeColumns, result.tensors)}\n\n${output}: ${count(weights)} weights in ${result.tensors.length} RF8 tensors, ${result.kept.length} tensors kept`;
    });
  });
}
