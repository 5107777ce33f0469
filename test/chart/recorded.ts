import type { BitsRow } from "../../src/bench/bits.ts";
import type { TuningPoint } from "../../src/bench/tuning-svg.ts";
import type { ComparisonRow, FormatComparison } from "../../src/cost/index.ts";

/** The comparison that reports/compare.csv records. */
export function comparisonOf(csv: string): FormatComparison {
  const lines = csv.split("\n").filter((line) => line !== "");
  const [head = "", ...rest] = lines.filter((line) => !line.startsWith("#"));
  const rows = rest.map((line) => {
    const cells = line.split(",");
    const entries = head.split(",").map((name, at): [string, string | number | null] => {
      const cell = cells[at] ?? "";
      return [name, cell === "" ? null : Number.isNaN(Number(cell)) ? cell : Number(cell)];
    });
    return Object.fromEntries(entries) as unknown as ComparisonRow;
  });
  const [, name = "", tool = ""] = /^# library (.*), sha256 \w+; (.*)$/m.exec(csv) ?? [];
  return { rows, provenance: { library: { name }, tool } } as unknown as FormatComparison;
}

/** The rows of `rf8 bench bits` that the two tables of docs/quantization.md record: of three pairs, and after distillation of one. */
export function bitsRowsOf(markdown: string): BitsRow[] {
  const table = /^\| (.+?) +\| (tensor|row|group) +\| ([\d.]+) +((?:\| [\d.]+ +)+)\|$/gm;
  return [...markdown.matchAll(table)].flatMap(([, format = "", scale, bits, cells = ""]) => {
    const figures = cells.split("|").slice(1).map(Number);
    const row = { format, scale: scale as BitsRow["scale"], bits: Number(bits) };
    const of = (
      method: BitsRow["method"],
      kl = Number.NaN,
      kl_sd: number | null = null,
    ): BitsRow => ({
      ...row,
      method,
      kl,
      kl_sd,
    });
    return figures.length === 2
      ? [of("distilled", figures[1])]
      : [of("nearest", figures[0], figures[1]), of("GPTQ", figures[2], figures[3])];
  });
}

/** The rows of `rf8 bench tuning` that the table of docs/training.md records. */
export function tuningRowsOf(markdown: string): TuningPoint[] {
  const table = /^\| (\w.+?) +\| +([\d.]*) +((?:\| +[\d.]+ ){8})\|$/gm;
  return [...markdown.matchAll(table)].map(([, method = "", kappa = "", cells = ""]) => {
    const [, kl, , , , , entropy] = cells.split("|").slice(1).map(Number);
    return {
      method,
      kappa: kappa === "" ? null : Number(kappa),
      kl: kl ?? Number.NaN,
      entropy_bits: entropy ?? Number.NaN,
    };
  });
}
