import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import type { IntegerActivation } from "../../../hdl/parameters.ts";
import { openCheckpoint } from "../../checkpoint/index.ts";
import {
  type ComparisonRow,
  compare,
  comparisonCsv,
  comparisonSvg,
  type FormatPowerRow,
  formatPower,
  formatPowerCsv,
  powerNotModelled,
} from "../../cost/index.ts";
import { libertyFiles, synthesis } from "../../cost/work.ts";
import { positiveNumber } from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";
import { addFarmOptions, type FarmFlags, farmed, withoutFarm } from "../farm-options.ts";
import { print, progress, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeFiles } from "../write-files.ts";

interface Flags extends FarmFlags {
  readonly activation?: IntegerActivation;
  readonly lanes: number;
  readonly liberty: readonly string[];
  readonly csv?: string;
  readonly svg?: string;
  readonly power?: true;
  readonly weights: readonly string[];
  readonly clock?: number;
  readonly json?: boolean;
}

/** `rf8 compare`: RF8, INT8, E4M3 and E5M2 in one flow. */
export function addCompare(program: Command): void {
  const command = program
    .command("compare")
    .description("area and delay of RF8, INT8, E4M3 and E5M2, or with --power energy a MAC")
    .addOption(
      new Option("--activation <name>", "only this type of activations").choices(["int8", "int16"]),
    )
    .addOption(
      new Option("--lanes <n>", "lanes of the dot-product unit")
        .argParser(wholeNumber("--lanes", 2, 64))
        .default(16),
    )
    .option(
      "--liberty <file>",
      "standard-cell library (.lib or .lib.gz); repeat for each file of it",
      (file: string, files: readonly string[]) => [...files, file],
      [] as readonly string[],
    )
    .option("--power", "energy a MAC at goal area, with uniform operands")
    .option(
      "--weights <model>",
      "with --power: also with the rows of this checkpoint's matrices; once for each",
      (file: string, files: readonly string[]) => [...files, file],
      [] as readonly string[],
    )
    .addOption(
      new Option(
        "--clock <MHz>",
        "with --power: that leakage is spread over (default 500)",
      ).argParser(positiveNumber("--clock")),
    )
    .option("--csv <file>", "write the rows")
    .option("--svg <file>", "draw area over delay")
    .option("--json", "one JSON document on stdout");
  addFarmOptions(command).action(run);
}

async function run(flags: Flags): Promise<void> {
  const { activation, lanes, liberty, csv, svg, json, power, weights, clock, ...farm } = flags;
  const files = [
    { file: csv, ending: ".csv", text: comparisonCsv },
    { file: svg, ending: ".svg", text: comparisonSvg },
  ];
  for (const { file, ending } of files) {
    if (file !== undefined && !file.endsWith(ending)) {
      throw new UsageError(`${file}: it must end in ${ending}`);
    }
  }
  if (power) {
    const place = withoutFarm(flags).farm;
    if (place !== undefined) throw new UsageError(`--${place} does not go with --power`);
    await runPower(flags);
    return;
  }
  if (weights.length > 0) throw new UsageError("--weights goes with --power");
  if (clock !== undefined) throw new UsageError("--clock goes with --power");
  const { liberty: named, files: sent } = libertyFiles(liberty);
  const comparison = await compare({
    activations: activation ? [activation] : ["int8", "int16"],
    lanes,
    async synthesizeAll(tasks) {
      const inputs = tasks.map(({ design, goal }) => ({
        design,
        target: { goal, booth: false, liberty: named },
      }));
      const answers = await farmed(farm, synthesis, inputs, {
        unit: "syntheses",
        files: sent,
      });
      return answers.map((answer) => {
        if ("lost" in answer) throw new UsageError(`there is no comparison: ${answer.lost}`);
        if (!("area_ge" in answer.result))
          throw new Error("a synthesis for an FPGA was not asked for");
        return answer.result;
      });
    },
  });
  print(json ?? false, comparison, () => report(comparison.rows, comparison.provenance));
  for (const { file, text } of files) {
    if (file === undefined) continue;
    writeFiles(dirname(file), [{ name: basename(file), text: await text(comparison) }]);
  }
}

/** Products of each run: enough for three digits. */
const POWER_MACS = 2 ** 17;

async function runPower(flags: Flags): Promise<void> {
  const { activation, lanes, liberty, csv, svg, json, weights, clock = 500 } = flags;
  if (svg !== undefined) throw new UsageError("--svg does not go with --power; --csv does");
  const checkpoints = weights.map((path) => ({ path, checkpoint: openCheckpoint(path) }));
  const bar = progress("blocks");
  try {
    const sources = checkpoints.map(({ path, checkpoint }) => ({
      name: basename(path),
      checkpoint,
    }));
    const rows = await formatPower({
      activations: activation ? [activation] : ["int8", "int16"],
      lanes,
      liberty,
      macs: POWER_MACS,
      clockMhz: clock,
      onBlock: bar.update,
      sources: [{ name: "uniform" }, ...sources],
    });
    bar.stop();
    const not_modelled = powerNotModelled({ glitches: false, physical: liberty.length > 0 });
    print(json ?? false, { rows, not_modelled }, () => powerReport(rows, not_modelled));
    if (csv !== undefined)
      writeFiles(dirname(csv), [{ name: basename(csv), text: formatPowerCsv(rows) }]);
  } finally {
    bar.stop();
    for (const { checkpoint } of checkpoints) checkpoint.close();
  }
}

function powerReport(rows: readonly FormatPowerRow[], notModelled: readonly string[]): string {
  const right = (heading: string, value: (row: FormatPowerRow) => string) => ({
    heading,
    align: "right" as const,
    value,
  });
  const [first] = rows;
  return `${table(
    [
      { heading: "block", value: (row: FormatPowerRow) => row.block },
      right("lanes", (row) => String(row.lanes)),
      { heading: "activation", value: (row) => row.activation },
      { heading: "operands", value: (row) => row.operands },
      { heading: "format", value: (row) => row.format },
      right("pJ a MAC", (row) => row.pj_per_mac.toPrecision(4)),
      right("÷ INT8", (row) => row.energy_to_int8?.toFixed(2) ?? "-"),
      right("area GE", (row) => row.area_ge.toFixed(0)),
      right("delay FO4", (row) => row.delay_fo4.toFixed(1)),
    ],
    rows,
  )}

goal area, the smallest of several multipliers and adders; ${first?.node}, ${first?.voltage} V, ${first?.kind} (docs/power.md)
Not modelled: ${notModelled.join("; ")}.`;
}

function report(
  rows: readonly ComparisonRow[],
  { library, conditions, tool }: Awaited<ReturnType<typeof compare>>["provenance"],
): string {
  const percent = (value: number): string => `${(100 * value).toPrecision(3)} %`;
  const lines = table(
    [
      { heading: "block", value: (row: ComparisonRow) => row.block },
      { heading: "lanes", align: "right", value: ({ lanes }) => String(lanes) },
      { heading: "activation", value: (row) => row.activation },
      { heading: "goal", value: (row) => row.goal },
      { heading: "format", value: (row) => row.format },
      { heading: "multiplier", value: (row) => (row.format === "rf8" ? "" : row.multiplier) },
      { heading: "adder", value: (row) => row.adder },
      { heading: "area GE", align: "right", value: (row) => row.area_ge.toFixed(0) },
      { heading: "delay FO4", align: "right", value: (row) => row.delay_fo4.toFixed(1) },
      {
        heading: "area·delay",
        align: "right",
        value: (row) => (row.area_ge * row.delay_fo4).toFixed(0),
      },
      { heading: "÷ INT8", align: "right", value: (row) => row.area_to_int8.toFixed(2) },
      { heading: "÷ E4M3", align: "right", value: (row) => row.area_to_e4m3.toFixed(2) },
      { heading: "RMS error", align: "right", value: (row) => percent(row.rel_rms) },
      { heading: "maximum", align: "right", value: (row) => percent(row.rel_max) },
    ],
    rows,
  );
  return `${lines}

library     ${library.file ?? "generic"}: ${library.name}
conditions  inputs driven by ${conditions.driving_cell}, outputs loaded with ${conditions.output_load} of its inputs, no wires
mapping     ${tool}; the smallest of several multipliers and adders (docs/cost.md); operator: Verilog's * and +
errors      relative, of the nearest weight, in the seven octaves below the largest
            differences of area below 15 % change sign between libraries: call them equal`;
}
