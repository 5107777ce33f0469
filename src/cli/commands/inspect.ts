import type { Command } from "commander";
import { inspectCheckpoint, type TensorReport } from "../../checkpoint/index.ts";
import { sparkline } from "../../gg/index.ts";
import { paletteDigits } from "../calibrated.ts";
import { count, print, progress, type TableColumn, table } from "../output.ts";
import { biasText, figure } from "./quantize.ts";

const short = (value: number | null): string => (value === null ? "-" : value.toPrecision(3));

/** The type, and of RF8 what is not plain: bits of a palette's index, row scales. */
const typeText = ({ dtype, bits, row_scale }: TensorReport): string =>
  [
    dtype,
    ...(bits !== null && bits < 8 ? [`${bits} bits`] : []),
    ...(row_scale ? ["row scales"] : []),
  ].join(", ");

const columns: readonly TableColumn<TensorReport>[] = [
  { heading: "tensor", value: (row) => row.name },
  { heading: "type", value: typeText },
  { heading: "shape", value: (row) => row.shape.join("×") || "scalar" },
  { heading: "min", align: "right", value: (row) => short(row.min) },
  { heading: "max", align: "right", value: (row) => short(row.max) },
  { heading: "std", align: "right", value: (row) => short(row.std) },
  {
    heading: "zeros",
    align: "right",
    value: (row) => (row.zeros === null ? "-" : count(row.zeros)),
  },
  { heading: "bias", align: "right", value: (row) => biasText(row.bias) },
  { heading: "SQNR dB", align: "right", value: (row) => figure(row.sqnr_db) },
  { heading: "entropy bits", align: "right", value: (row) => figure(row.entropy_bits) },
];

/** Bars of the values and of the fit, at one scale. */
function bars({ histogram }: TensorReport, which: "values" | "fit"): string {
  if (!histogram) return "-";
  const maximum = [...histogram.values, ...histogram.fit].reduce((a, b) => Math.max(a, b), 0);
  return `│${sparkline(histogram[which], maximum)}│`;
}

const ggColumns: readonly TableColumn<TensorReport>[] = [
  { heading: "tensor", value: (row) => row.name },
  { heading: "ν moments", align: "right", value: (row) => figure(row.gg_nu) },
  { heading: "α", align: "right", value: (row) => short(row.gg_alpha) },
  { heading: "ν likeliest", align: "right", value: (row) => figure(row.gg_ml_nu) },
  { heading: "α", align: "right", value: (row) => short(row.gg_ml_alpha) },
  { heading: "KS", align: "right", value: (row) => figure(row.gg_ks, 3) },
  { heading: "weights, −4σ to 4σ", value: (row) => bars(row, "values") },
  { heading: "likeliest fit", value: (row) => bars(row, "fit") },
];

/** A palette that all packed tensors share. */
function paletteLines(tensors: readonly TensorReport[]): string[] {
  const packed = tensors.filter((row) => row.palette !== null);
  const [text, ...others] = new Set(
    packed.map(({ bits, palette }) => `--bits ${bits} --palette ${paletteDigits(palette ?? [])}`),
  );
  return text === undefined || others.length > 0
    ? []
    : [`One palette in ${packed.length} tensors: hard-wired by ${text}`];
}

/** `rf8 inspect IN`: ranges, generalized-Gaussian fit, and what RF8 does or would do. */
export function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("describe the tensors of a checkpoint")
    .argument("<in>", "safetensors file, .gguf, llama2.c .bin, or model folder")
    .option("--json", "one JSON document on stdout")
    .action(async (input: string, { json = false }: { json?: boolean }) => {
      const bar = progress("bytes");
      const tensors = await inspectCheckpoint(input, bar.update).finally(bar.stop);
      print(json, { input, tensors }, () =>
        [
          table(columns, tensors),
          "",
          "For float tensors bias, SQNR and entropy are those of RF8 nearest with one max bias; for RF8 tensors",
          "bias and entropy are the codes' own.",
          ...paletteLines(tensors),
          "Generalized Gaussians, by the moments and by maximum likelihood:",
          "",
          table(
            ggColumns,
            tensors.filter((row) => row.histogram !== null),
          ),
          "",
          "KS: largest distance between the cumulative distributions of the weights and of the likeliest fit.",
        ].join("\n"),
      );
    });
}
