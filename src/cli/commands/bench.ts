import type { Command } from "commander";
import { benchEdit } from "../../../bench/edit.ts";
import { benchQuantize } from "../../../bench/quantize.ts";
import { benchSim } from "../../../bench/sim.ts";
import { type Progress, print, progress, seconds, type TableColumn, table } from "../output.ts";

type Row<F extends (...args: never[]) => unknown> =
  Awaited<ReturnType<F>> extends readonly (infer R)[] ? R : never;

const millions = (value: number): string => (value / 1e6).toFixed(0);
const kilo = (value: number): string => (value / 1e3).toFixed(0);

const quantizeColumns: readonly TableColumn<Row<typeof benchQuantize>>[] = [
  { heading: "dtype", value: (row) => row.dtype },
  { heading: "rounding", value: (row) => row.rounding },
  { heading: "M weights/s", align: "right", value: (row) => millions(row.weights_per_s) },
  { heading: "copy loop M/s", align: "right", value: (row) => millions(row.copy_weights_per_s) },
  { heading: "copy ÷ encode", align: "right", value: (row) => row.ratio_to_copy.toFixed(2) },
];

const simColumns: readonly TableColumn<Row<typeof benchSim>>[] = [
  { heading: "design", value: (row) => row.design },
  { heading: "engine", value: (row) => row.engine },
  { heading: "build", align: "right", value: (row) => seconds(row.build_s) },
  { heading: "first cycle", align: "right", value: (row) => seconds(row.first_cycle_s) },
  { heading: "batch kcycles/s", align: "right", value: (row) => kilo(row.cycles_per_s) },
  { heading: "÷ Verilator", align: "right", value: (row) => row.ratio_to_verilator.toFixed(1) },
  { heading: "held kcycles/s", align: "right", value: (row) => kilo(row.held_cycles_per_s) },
  {
    heading: "÷ Verilator",
    align: "right",
    value: (row) => row.held_ratio_to_verilator.toFixed(1),
  },
];

const editColumns: readonly TableColumn<Row<typeof benchEdit>>[] = [
  { heading: "circuit", value: (row) => row.circuit },
  { heading: "engine", value: (row) => row.engine },
  { heading: "vectors", align: "right", value: (row) => String(row.vectors) },
  { heading: "edit to verdict", align: "right", value: (row) => seconds(row.edit_to_verdict_s) },
  { heading: "÷ Verilator", align: "right", value: (row) => row.ratio_to_verilator.toFixed(2) },
];

/** `rf8 bench quantize|sim|edit`: ratios of things measured in one run on this machine. */
export function addBench(program: Command): void {
  const bench = program.command("bench").description("measure on this machine");
  const add = <R>(
    name: string,
    description: string,
    columns: readonly TableColumn<R>[],
    run: (onStep: Progress["update"]) => readonly R[] | Promise<readonly R[]>,
  ): void => {
    bench
      .command(name)
      .description(description)
      .option("--json", "one JSON document on stdout")
      .action(async ({ json = false }: { json?: boolean }) => {
        const bar = progress("steps");
        try {
          const rows = await run(bar.update);
          bar.stop();
          print(json, { rows }, () => table(columns, rows));
        } finally {
          bar.stop();
        }
      });
  };
  add(
    "quantize",
    "weights a second, beside a copy loop over the same arrays",
    quantizeColumns,
    benchQuantize,
  );
  add("sim", "cycles a second of the in-process engine, beside Verilator", simColumns, benchSim);
  add(
    "edit",
    "from a changed source to the verdict of its exhaustive test",
    editColumns,
    benchEdit,
  );
}
