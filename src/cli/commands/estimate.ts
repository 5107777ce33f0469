import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Command, Option } from "commander";
import {
  type Estimate,
  estimate,
  type LayerEstimate,
  type Machine,
  type PhaseEstimate,
  paretoFront,
  type Workload,
  workloadOf,
} from "../../accelerator/estimate/index.ts";
import { CheckpointError, openCheckpoint } from "../../checkpoint/index.ts";
import {
  type DecoderConfig,
  type Footprint,
  footprintOf,
  llama2cConfig,
  readConfig,
} from "../../network/index.ts";
import {
  type AcceleratorFlags,
  acceleratorOf,
  addAcceleratorOptions,
  memoryOf,
} from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";
import { count, print, seconds, type TableColumn, table } from "../output.ts";
import { parseSweep, type SweepPoint } from "../sweep.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeFiles } from "../write-files.ts";

interface Flags extends AcceleratorFlags {
  readonly context: number;
  readonly batch: number;
  readonly sweep?: readonly SweepPoint[];
  readonly csv?: string;
  readonly json?: boolean;
}

/** `rf8 estimate DIR|CONFIG.json`: what a network costs on the accelerator, in closed form. */
export function addEstimate(program: Command): void {
  const command = program
    .command("estimate")
    .description(
      "cycles, traffic, area and energy of a network on the accelerator, without simulating it",
    )
    .argument("<model>", "model folder, a decoder's config.json alone, or llama2.c .bin");
  addAcceleratorOptions(command)
    .addOption(
      new Option(
        "--context <tokens>",
        "tokens that a prefill reads and that a decoded token attends to",
      )
        .argParser(wholeNumber("--context", 1, 100_000_000))
        .default(1024),
    )
    .addOption(
      new Option("--batch <n>", "sequences decoded together")
        .argParser(wholeNumber("--batch", 1, 1_000_000))
        .default(1),
    )
    .addOption(
      new Option(
        "--sweep <values>",
        "every combination, such as lanes=8,16,32,rows=1,2,4,bandwidth=32,64; marks the Pareto front",
      ).argParser(parseSweep),
    )
    .option("--csv <file>", "the rows of the table as CSV")
    .option("--json", "one JSON document on stdout")
    .action(run);
}

function run(path: string, flags: Flags): void {
  if (flags.csv !== undefined && !flags.csv.endsWith(".csv"))
    throw new UsageError(`--csv ${flags.csv}: it must end in .csv`);
  const { workload, footprint } = read(path);
  if (flags.sweep) sweep(path, workload, flags, flags.sweep);
  else single(path, workload, footprint, flags);
}

/** What is estimated; an MLP's configuration does not tell its size. */
interface Network {
  readonly workload: Workload;
  readonly footprint?: Footprint;
}

const decoder = (config: DecoderConfig): Network => ({
  workload: workloadOf(config, new Map()),
  footprint: footprintOf(config),
});

/** @throws CheckpointError for what is no network. */
function read(path: string): Network {
  if (path.endsWith(".bin")) {
    // Only its seven numbers are needed, but a file that does not hold what they say is none.
    openCheckpoint(path).close();
    return decoder(llama2cConfig(path));
  }
  const folder = statSync(path).isDirectory();
  const config = readConfig(folder ? join(path, "config.json") : path);
  if (config.model_type !== "mlp") return decoder(config);
  if (!folder)
    throw new CheckpointError(
      path,
      "is an MLP's, whose sizes are in its weights; give the model folder",
    );
  const checkpoint = openCheckpoint(path);
  try {
    const shapes = new Map(checkpoint.tensors.map(({ name, shape }) => [name, shape]));
    return { workload: workloadOf(config, shapes) };
  } finally {
    checkpoint.close();
  }
}

const machineOf = (flags: AcceleratorFlags): Machine => ({
  accelerator: acceleratorOf(flags),
  memory: memoryOf(flags) ?? { bandwidth: flags.lanes * flags.rows, latency: 0 },
  clock_mhz: flags.clock,
});

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const scaled = (value: number, unit: string): string => {
  const steps = ["", "k", "M", "G", "T", "P"];
  const power = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(value || 1) / 3)));
  return `${(value / 1000 ** power).toPrecision(3)} ${steps[power] ?? ""}${unit}`;
};
const joules = (value: number): string => {
  const [factor, unit] =
    value >= 1 ? [1, "J"] : value >= 1e-3 ? [1e3, "mJ"] : value >= 1e-6 ? [1e6, "µJ"] : [1e9, "nJ"];
  return `${(value * factor).toPrecision(3)} ${unit}`;
};

const layerColumns: readonly TableColumn<LayerEstimate>[] = [
  { heading: "matrices", value: (row) => `${row.count} × ${row.layer}` },
  { heading: "shape", value: (row) => `${row.rows}×${row.columns}` },
  { heading: "cycles a token", align: "right", value: (row) => count(row.cycles) },
  { heading: "no weights", align: "right", value: (row) => count(row.weight_wait) },
  { heading: "utilisation", align: "right", value: (row) => percent(row.utilisation) },
  { heading: "weights", align: "right", value: (row) => scaled(row.bytes, "B") },
  { heading: "energy", align: "right", value: (row) => joules(row.energy_j) },
];

type NamedPhase = PhaseEstimate & { readonly phase: string };

const phaseColumns: readonly TableColumn<NamedPhase>[] = [
  { heading: "phase", value: (row) => row.phase },
  { heading: "tokens", align: "right", value: (row) => count(row.tokens) },
  { heading: "cycles", align: "right", value: (row) => scaled(row.cycles, "") },
  { heading: "time", align: "right", value: (row) => seconds(row.time_s) },
  { heading: "tokens/s", align: "right", value: (row) => row.tokens_per_s.toPrecision(3) },
  { heading: "traffic", align: "right", value: (row) => scaled(row.bytes, "B") },
  { heading: "of it cache", align: "right", value: (row) => scaled(row.kv_bytes, "B") },
  { heading: "utilisation", align: "right", value: (row) => percent(row.utilisation) },
  { heading: "of the roof", align: "right", value: (row) => percent(row.of_roof) },
  { heading: "bound by", value: (row) => row.bound_by },
  {
    heading: "energy",
    value: (row) =>
      `${joules(row.energy_j)} (${joules(row.energy_least_j)} to ${joules(row.energy_most_j)})`,
  },
];

function single(
  path: string,
  workload: Workload,
  footprint: Footprint | undefined,
  flags: Flags,
): void {
  const machine = machineOf(flags);
  const result = estimate(workload, machine, flags);
  const document = {
    ...{
      model: path,
      accelerator: machine.accelerator,
      memory: machine.memory,
      clock_mhz: flags.clock,
    },
    ...{ context: flags.context, batch: flags.batch, ...footprint, ...result },
  };
  if (flags.csv !== undefined) writeCsv(flags.csv, result.layers);
  print(flags.json ?? false, document, () => report(result, machine, footprint, flags));
}

/** Such as `8,030,261,248 parameters, 16.1 GB as they are stored, 8.03 GB in RF8`, and a line's end. */
function sizeLine({ parameters, stored_bytes, rf8_bytes }: Footprint): string {
  const bytes =
    stored_bytes === null || rf8_bytes === null
      ? ""
      : `, ${scaled(stored_bytes, "B")} as they are stored, ${scaled(rf8_bytes, "B")} in RF8`;
  return `${count(parameters)} parameters${bytes}.\n`;
}

function report(
  result: Estimate,
  { accelerator, memory }: Machine,
  footprint: Footprint | undefined,
  flags: Flags,
): string {
  const phases: NamedPhase[] = [
    { phase: "prefill", ...result.prefill },
    { phase: "decode", ...result.decode },
  ];
  const energy = table(
    [
      { heading: "energy of a decode", value: (row: PhaseEstimate["energy"][number]) => row.what },
      { heading: "operations", align: "right", value: (row) => scaled(row.operations, "") },
      { heading: "pJ each", align: "right", value: (row) => row.pj_each.toPrecision(3) },
      { heading: "energy", align: "right", value: (row) => joules(row.energy_j) },
      { heading: "where the figure is from", value: (row) => row.provenance },
    ],
    result.decode.energy,
  );
  const { decode } = result;
  return `${table(layerColumns, result.layers)}

${table(phaseColumns, phases)}

${energy}

${footprint ? sizeLine(footprint) : ""}${accelerator.rows} × ${accelerator.lanes} lanes, ${accelerator.activation}, ${flags.clock} MHz; memory ${memory.bandwidth} bytes a cycle, latency ${memory.latency}; context ${count(flags.context)}, batch ${flags.batch}.
Area: accelerator ${count(Math.round(result.area.ge))} GE (${result.area.provenance});
array of ${accelerator.lanes} × ${accelerator.rows} elements ${count(Math.round(result.array_area.ge))} GE (${result.array_area.provenance}).
Cycles: closed form, equal to the RTL's counters; a decode has ${count(decode.accelerator_cycles)} of the accelerator, ${count(decode.register_cycles)} of register writes, ${count(decode.kv_cycles)} of cache traffic.
Roof: ${decode.macs_per_byte.toPrecision(3)} products a byte. A decode streams all weights for every token, on the accelerator; a prefill loads them once, on the array. The host's attention, norms and functions take no time here.`;
}

/** A point of a sweep. Keys are those of the JSON. */
interface SweepRow {
  readonly lanes: number;
  readonly rows: number;
  readonly bandwidth: number;
  readonly area_ge: number;
  readonly cycles_per_token: number;
  readonly tokens_per_s: number;
  readonly energy_per_token_j: number;
  readonly bound_by: string;
  readonly pareto: boolean;
}

function sweep(
  path: string,
  workload: Workload,
  flags: Flags,
  points: readonly SweepPoint[],
): void {
  const found = points.map((point): Omit<SweepRow, "pareto"> => {
    const machine = machineOf({ ...flags, ...point });
    const { decode } = estimate(workload, machine, flags);
    return {
      ...{ lanes: machine.accelerator.lanes, rows: machine.accelerator.rows },
      ...{ bandwidth: machine.memory.bandwidth, area_ge: decode.area_ge },
      cycles_per_token: decode.cycles / decode.tokens,
      ...{ tokens_per_s: decode.tokens_per_s, energy_per_token_j: decode.energy_j / decode.tokens },
      bound_by: decode.bound_by,
    };
  });
  const front = paretoFront(found, [
    (row) => row.area_ge,
    (row) => row.cycles_per_token,
    (row) => row.energy_per_token_j,
    (row) => row.bandwidth,
  ]);
  const rows = found.map((row, i): SweepRow => ({ ...row, pareto: front[i] ?? false }));
  if (flags.csv !== undefined) writeCsv(flags.csv, rows);
  print(flags.json ?? false, { model: path, rows }, () => {
    const columns: readonly TableColumn<SweepRow>[] = [
      { heading: "lanes", align: "right", value: (row) => String(row.lanes) },
      { heading: "rows", align: "right", value: (row) => String(row.rows) },
      { heading: "bytes a cycle", align: "right", value: (row) => String(row.bandwidth) },
      { heading: "area GE", align: "right", value: (row) => count(Math.round(row.area_ge)) },
      {
        heading: "cycles a token",
        align: "right",
        value: (row) => count(Math.round(row.cycles_per_token)),
      },
      { heading: "tokens/s", align: "right", value: (row) => row.tokens_per_s.toPrecision(3) },
      { heading: "energy a token", align: "right", value: (row) => joules(row.energy_per_token_j) },
      { heading: "bound by", value: (row) => row.bound_by },
      { heading: "front", value: (row) => (row.pareto ? "*" : "") },
    ];
    return `${table(columns, rows)}\n\n*: no other point is better in area, cycles, energy or bandwidth and as good in the rest.`;
  });
}

function writeCsv(file: string, rows: readonly object[]): void {
  const [first] = rows;
  const lines = rows.map((row) => Object.values(row).join(","));
  const text = `${[Object.keys(first ?? {}).join(","), ...lines].join("\n")}\n`;
  writeFiles(dirname(file), [{ name: basename(file), text }]);
}
