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

/** The rows of `rf8 bench bits` that the table of docs/quantization.md records. */
export function bitsRowsOf(markdown: string): BitsRow[] {
  const table =
    /^\| (.+?) +\| (tensor|row|group) +\| ([\d.]+) +\| ([\d.]+) +\| ([\d.]+) +\| ([\d.]+) +\| ([\d.]+) +\|$/gm;
  return [...markdown.matchAll(table)].flatMap(([, format = "", scale, bits, ...figures]) =>
    (["nearest", "GPTQ"] as const).map((method, at) => ({
      format,
      scale: scale as BitsRow["scale"],
      bits: Number(bits),
      method,
      kl: Number(figures[2 * at]),
      kl_sd: Number(figures[2 * at + 1]),
    })),
  );
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
