import type { Command } from "commander";
import { benchQuantize } from "../../../bench/quantize.ts";
import { print, type TableColumn, table } from "../output.ts";

type Row = Awaited<ReturnType<typeof benchQuantize>>[number];

const millions = (value: number): string => (value / 1e6).toFixed(0);

const columns: readonly TableColumn<Row>[] = [
  { heading: "dtype", value: (row) => row.dtype },
  { heading: "rounding", value: (row) => row.rounding },
  { heading: "M weights/s", align: "right", value: (row) => millions(row.weights_per_s) },
  { heading: "copy loop M/s", align: "right", value: (row) => millions(row.copy_weights_per_s) },
  { heading: "copy ÷ encode", align: "right", value: (row) => row.ratio_to_copy.toFixed(2) },
];

/** `rf8 bench quantize`: the encoder beside a plain copy loop over the same arrays. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .description("measure on this machine")
    .command("quantize")
    .description("weights a second, beside a copy loop over the same arrays in the same run")
    .option("--json", "one JSON document on stdout")
    .action(async ({ json = false }: { json?: boolean }) => {
      const rows = await benchQuantize();
      print(json, { rows }, () => table(columns, rows));
    });
}
