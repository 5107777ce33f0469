import { basename, dirname } from "node:path";
import { type Command, Option } from "commander";
import {
  type CoreEstimate,
  coreEstimate,
  defaultMemory,
  defaultNode,
  type EstimateFormat,
  estimateFormats,
  type Machine,
  memories,
  nodes,
  notModelled,
  rooflineSvg,
  type Workload,
  wireEnergy,
} from "../../accelerator/estimate/index.ts";
import type { DecoderConfig } from "../../network/index.ts";
import { addAcceleratorOptions, positiveNumber } from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";
import { coreReport } from "../estimate/core-report.ts";
import {
  type FormatEstimate,
  formatEstimates,
  formatReport,
  lossesIn,
  notModelledIn,
  parseFormats,
} from "../estimate/format-rows.ts";
import { type MachineFlags, machineOf, parseMemory, parseNode } from "../estimate/machine.ts";
import { networkAt } from "../estimate/network.ts";
import { estimateReport } from "../estimate/report.ts";
import { sweepReport, sweepRows } from "../estimate/sweep-rows.ts";
import { addFarmOptions, type FarmFlags, withoutFarm } from "../farm-options.ts";
import { print } from "../output.ts";
import { parseSweep, type SweepPoint } from "../sweep.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeFiles } from "../write-files.ts";

interface Flags extends MachineFlags, FarmFlags {
  readonly format: readonly EstimateFormat[];
  readonly evaluated?: string;
  readonly roofline?: string;
  readonly context: number;
  readonly batch: number;
  readonly vectorLanes?: string;
  readonly coreBatch?: string;
  readonly cache: "rf8" | "rf8x2";
  readonly outstanding: number;
  readonly scale: "none" | "row";
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
  addFarmOptions(addAcceleratorOptions(command))
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
        "--vector-lanes <n>",
        "of the decoder core: elements of a vector in a cycle (default: as many as the sizes allow)",
      ).choices(["1", "2", "4", "8"]),
    )
    .addOption(
      new Option(
        "--core-batch <n>",
        "of the decoder core: tokens that share each pass over the weights (default: as many as lanes × rows allow)",
      ).choices(["1", "2", "4", "8", "16"]),
    )
    .addOption(
      new Option(
        "--cache <codes>",
        "of the decoder core: a key or value is one RF8 code, or the sum of two",
      )
        .choices(["rf8", "rf8x2"])
        .default("rf8x2"),
    )
    .addOption(
      new Option(
        "--outstanding <n>",
        "of the decoder core: requests that the memory holds at a time",
      )
        .argParser(wholeNumber("--outstanding", 1, 1024))
        .default(16),
    )
    .addOption(
      new Option(
        "--scale <of>",
        "of the decoder core: weights with a real factor for each row, as of rf8 quantize --scale row",
      )
        .choices(["none", "row"])
        .default("none"),
    )
    .addOption(
      new Option(
        "--sweep <values>",
        "every combination, such as lanes=8,16,32,rows=1,2,4,bandwidth=32,64, also context and batch; marks the Pareto front",
      ).argParser(parseSweep),
    )
    .addOption(
      new Option(
        "--format <list>",
        `what weights are stored in: ${estimateFormats.join(", ")}; several, with commas, side by side`,
      )
        .argParser(parseFormats)
        .default(["rf8"], "rf8"),
    )
    .addOption(
      new Option(
        "--memory <name>",
        `energy of the memory outside: ${Object.keys(memories).join(", ")} or a JSON file; name:4 also takes the bandwidth of 4 channels (default ${defaultMemory})`,
      ).argParser(parseMemory),
    )
    .addOption(
      new Option(
        "--node <name>",
        `energy of operations: ${Object.keys(nodes).join(", ")} or a JSON file (default ${defaultNode})`,
      ).argParser(parseNode),
    )
    .addOption(
      new Option(
        "--wires <mm>",
        "mean way of an operand on the chip: adds the energy of its wires (default: none)",
      ).argParser(positiveNumber("--wires")),
    )
    .option(
      "--evaluated <file>",
      "what rf8 evaluate --json wrote: each format's loss beside its cost",
    )
    .option("--roofline <file>", "a roofline of both phases in each format as SVG")
    .option("--csv <file>", "the rows of the table as CSV")
    .option("--json", "one JSON document on stdout")
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const { farm } = withoutFarm(flags);
  if (farm !== undefined && flags.sweep === undefined)
    throw new UsageError(`--${farm} goes with --sweep: one estimate is no work`);
  const { csv, roofline, sweep, format, evaluated } = flags;
  if (csv !== undefined && !csv.endsWith(".csv"))
    throw new UsageError(`--csv ${csv}: it must end in .csv`);
  if (roofline !== undefined && !roofline.endsWith(".svg"))
    throw new UsageError(`--roofline ${roofline}: it must end in .svg`);
  const { workload, footprint, config } = networkAt(path);
  if (sweep) {
    await sweepOf(path, workload, flags, sweep);
    return;
  }
  const losses = evaluated === undefined ? new Map() : lossesIn(evaluated, flags.activation);
  const found = formatEstimates(workload, flags, format, losses);
  if (roofline !== undefined) writeText(roofline, await rooflineOf(found, flags));
  const [first] = found;
  if (!first) return;
  if (format.length > 1) {
    const rows = found.map(({ row }) => row);
    if (csv !== undefined) writeCsv(csv, rows);
    const not_modelled = notModelledIn(found);
    const document = { ...header(path, flags, first), rows, not_modelled };
    print(flags.json ?? false, document, () => formatReport(found));
    return;
  }
  const { result, row } = first;
  if (csv !== undefined) writeCsv(csv, result.layers);
  const loss = evaluated === undefined ? {} : { loss_over_float: row.loss_over_float };
  const machine = machineOf(flags, result.format);
  const core = config && result.format === "rf8" ? coreOf(config, machine, flags) : undefined;
  const cores =
    core === undefined
      ? {}
      : typeof core === "string"
        ? { core: null, core_lacks: core }
        : { core };
  const document = { ...header(path, flags, first), ...footprint, ...result, ...cores, ...loss };
  print(flags.json ?? false, document, () =>
    [
      estimateReport(result, machine, footprint, flags),
      ...(core === undefined ? [] : [coreReport(core)]),
    ].join("\n\n"),
  );
}

/** The whole network on the decoder core, or what the core lacks. */
const coreOf = (config: DecoderConfig, machine: Machine, flags: Flags): CoreEstimate | string =>
  coreEstimate(
    config,
    machine,
    {
      ...(flags.vectorLanes !== undefined && { vectorLanes: Number(flags.vectorLanes) }),
      ...(flags.coreBatch !== undefined && { coreBatch: Number(flags.coreBatch) }),
      terms: flags.cache === "rf8x2" ? 2 : 1,
      outstanding: flags.outstanding,
      scale: flags.scale,
    },
    flags,
  );

const header = (path: string, flags: Flags, { result }: FormatEstimate) => {
  const { accelerator, memory, energies } = machineOf(flags, result.format);
  const { node, memory: outside, wireMm } = energies;
  return {
    model: path,
    accelerator,
    memory,
    clock_mhz: flags.clock,
    context: flags.context,
    batch: flags.batch,
    energies: {
      node: { ...node, kind: node.scaling === undefined ? "table" : "derived" },
      memory: { ...outside, node: outside.name, voltage: null, kind: "table" },
      ...(wireMm !== undefined && { wires: { mm: wireMm, ...wireEnergy(wireMm) } }),
    },
  };
};

async function sweepOf(
  path: string,
  workload: Workload,
  flags: Flags,
  points: readonly SweepPoint[],
): Promise<void> {
  const [format = "rf8", ...others] = flags.format;
  const wrong = (flag: string) =>
    new UsageError(`--sweep does not go with ${flag}; it compares machines in one format`);
  if (others.length > 0) throw wrong(`--format ${flags.format.join(",")}`);
  if (format === "bf16" || format === "int4") throw wrong(`--format ${format}, which has no area`);
  if (flags.evaluated !== undefined) throw wrong("--evaluated");
  if (flags.roofline !== undefined) throw wrong("--roofline");
  const rows = await sweepRows(workload, flags, format, points);
  if (flags.csv !== undefined) writeCsv(flags.csv, rows);
  const not_modelled = notModelled(machineOf(flags, format));
  print(flags.json ?? false, { model: path, rows, not_modelled }, () =>
    sweepReport(rows, not_modelled),
  );
}

/** Both phases of each format under the roofs of the machine. */
const rooflineOf = (found: readonly FormatEstimate[], flags: Flags): Promise<string> =>
  rooflineSvg(
    found.flatMap(({ result }) =>
      (["prefill", "decode"] as const).map((phase) => {
        const { memory, accelerator } = machineOf(flags, result.format);
        const { macs, macs_per_byte, time_s } = result[phase];
        const hertz = flags.clock * 1e6;
        return {
          name: `${result.format} ${phase}`,
          macs_per_byte,
          macs_per_s: macs / time_s,
          peak: accelerator.lanes * accelerator.rows * hertz,
          bandwidth: memory.bandwidth * hertz,
        };
      }),
    ),
  );

const quoted = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function writeCsv(file: string, rows: readonly object[]): void {
  const [first] = rows;
  const cell = (value: unknown): string =>
    quoted(Array.isArray(value) ? value.join("; ") : String(value ?? ""));
  const lines = rows.map((row) => Object.values(row).map(cell).join(","));
  const text = `${[Object.keys(first ?? {}).join(","), ...lines].join("\n")}\n`;
  writeText(file, text);
}

const writeText = (file: string, text: string): void =>
  writeFiles(dirname(file), [{ name: basename(file), text }]);
