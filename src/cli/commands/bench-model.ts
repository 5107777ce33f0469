import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import { type BitsRow, benchBits } from "../../bench/bits.ts";
import { bitsSvg } from "../../bench/bits-svg.ts";
import { benchCodes, type CodesRow } from "../../bench/codes.ts";
import { benchTuning, type TuningRow } from "../../bench/tuning.ts";
import { tuningSvg } from "../../bench/tuning-svg.ts";
import { RATE_STEP } from "../../gg/index.ts";
import type { Device } from "../../train/index.ts";
import { deviceOption } from "../device-option.ts";
import { UsageError } from "../errors.ts";
import { print, progress, seconds, type TableColumn, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeFiles } from "../write-files.ts";

const kl = (value: number): string => value.toFixed(5);
const codesColumns: readonly TableColumn<CodesRow>[] = [
  { heading: "codes", value: (row) => row.codes },
  { heading: "bits", align: "right", value: (row) => String(row.bits) },
  { heading: "KL", align: "right", value: (row) => kl(row.kl) },
  { heading: "± sd", align: "right", value: (row) => kl(row.kl_sd) },
  { heading: "int16 inputs", align: "right", value: (row) => kl(row.kl_int16) },
  { heading: "int8 inputs", align: "right", value: (row) => kl(row.kl_int8) },
  { heading: "float look-up", align: "right", value: (row) => kl(row.kl_float_lookup) },
  { heading: "time", align: "right", value: (row) => seconds(row.seconds) },
];

const bitsColumns: readonly TableColumn<BitsRow>[] = [
  { heading: "format", value: (row) => row.format },
  { heading: "scale of a", value: (row) => row.scale },
  { heading: "bits", align: "right", value: (row) => String(row.bits) },
  { heading: "method", value: (row) => row.method },
  { heading: "KL", align: "right", value: (row) => kl(row.kl) },
  { heading: "± sd", align: "right", value: (row) => (row.kl_sd === null ? "" : kl(row.kl_sd)) },
];

const nats = (heading: string, of: (row: TuningRow) => number): TableColumn<TuningRow> => ({
  heading,
  align: "right",
  value: (row) => of(row).toFixed(4),
});
const perWeight = (heading: string, of: (row: TuningRow) => number): TableColumn<TuningRow> => ({
  heading,
  align: "right",
  value: (row) => of(row).toFixed(2),
});
const tuningColumns: readonly TableColumn<TuningRow>[] = [
  { heading: "method", value: (row) => row.method },
  { heading: "κ", align: "right", value: (row) => row.kappa?.toString() ?? "" },
  nats("loss", (row) => row.loss),
  nats("KL", (row) => row.kl),
  nats("loss in RF8", (row) => row.loss_rf8),
  nats("KL in RF8", (row) => row.kl_rf8),
  perWeight("ν", (row) => row.nu),
  perWeight(`EG0 bits at ${RATE_STEP}`, (row) => row.eg0_bits),
  perWeight("entropy bits", (row) => row.entropy_bits),
  perWeight("bits of RF8 codes", (row) => row.code_bits),
  { heading: "time", align: "right", value: (row) => seconds(row.seconds) },
];

/** `rf8 bench codes|bits|tuning`: what methods give on a network of the user's. */
export function addModelBenches(bench: Command): void {
  bench
    .command("codes")
    .description("KL of every way to choose RF8 codes, on three pairs of calibration and test")
    .requiredOption("--model <model>", "a decoder: model folder, .gguf, or llama2.c .bin")
    .option("--only <text>", "only codes whose name has this in it, such as distilled", "")
    .addOption(deviceOption())
    .option("--json", "one JSON document on stdout")
    .action(async ({ model, only, device, json = false }: CodesFlags) => {
      const bar = progress("steps");
      const options = { only, device, onDone: bar.update };
      const rows = await benchCodes(model, options).finally(bar.stop);
      print(json, { model, device, rows }, () => table(codesColumns, rows));
    });
  bench
    .command("tuning")
    .description(
      "what BackSlash, DeepShape, RF8 in the loop and distillation give, going on with a trained decoder",
    )
    .requiredOption("--model <model>", "a decoder: model folder, .gguf, or llama2.c .bin")
    .option("--only <text>", "only methods whose name has this in it, such as BackSlash", "")
    .addOption(
      new Option("--steps <n>", "batches of each")
        .argParser(wholeNumber("--steps", 1, 1_000_000))
        .default(250),
    )
    .option("--svg <file>", "bits against KL as a drawing")
    .option("--json", "one JSON document on stdout")
    .action(async ({ model, only, steps, svg, json = false }: TuningFlags) => {
      checkSvg(svg);
      const bar = progress("steps");
      const options = { only, steps, onStep: bar.update };
      const rows = await benchTuning(model, options).finally(bar.stop);
      if (svg !== undefined)
        writeFiles(dirname(svg), [{ name: basename(svg), text: tuningSvg(rows) }]);
      print(json, { model, steps, rows }, () => table(tuningColumns, rows));
    });
  bench
    .command("bits")
    .description("bits a weight against KL: RF8 and its palettes beside INT8, E4M3, INT4 and MXFP4")
    .requiredOption("--model <model>", "a decoder: model folder, .gguf, or llama2.c .bin")
    .addOption(
      new Option("--sets <n>", "pairs of calibration and test")
        .argParser(wholeNumber("--sets", 1, 100))
        .default(3),
    )
    .addOption(
      new Option("--distill <steps>", "steps of distillation; 0 leaves it out")
        .argParser(wholeNumber("--distill", 0, 1_000_000))
        .default(250),
    )
    .addOption(deviceOption())
    .option("--svg <file>", "the curves as a drawing")
    .option("--json", "one JSON document on stdout")
    .action(async ({ model, sets, distill, device, svg, json = false }: BitsFlags) => {
      checkSvg(svg);
      const bar = progress("formats");
      const options = { sets, steps: distill, device, onDone: bar.update };
      const rows = await benchBits(model, options).finally(bar.stop);
      if (svg !== undefined)
        writeFiles(dirname(svg), [{ name: basename(svg), text: bitsSvg(rows) }]);
      print(json, { model, sets, distill_steps: distill, device, rows }, () =>
        table(bitsColumns, rows),
      );
    });
}

/** @throws UsageError for a name that says another kind of file. */
function checkSvg(file: string | undefined): void {
  if (file !== undefined && !file.endsWith(".svg"))
    throw new UsageError(`--svg ${file}: it must end in .svg`);
}

interface ModelFlags {
  readonly model: string;
  readonly json?: boolean;
}

interface CodesFlags extends ModelFlags {
  readonly only: string;
  readonly device: Device;
}

interface TuningFlags extends ModelFlags {
  readonly only: string;
  readonly steps: number;
  readonly svg?: string;
}

interface BitsFlags extends ModelFlags {
  readonly sets: number;
  readonly distill: number;
  readonly device: Device;
  readonly svg?: string;
}
