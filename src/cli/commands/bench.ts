import { type Command, Option } from "commander";
import { benchCore } from "../../bench/core.ts";
import { benchEdit } from "../../bench/edit.ts";
import { benchEstimate } from "../../bench/estimate.ts";
import { benchGptq, type GptqRow } from "../../bench/gptq.ts";
import { benchMethods } from "../../bench/methods.ts";
import { benchNetworks, writeBenchNetwork } from "../../bench/network.ts";
import { benchQuantize } from "../../bench/quantize.ts";
import { benchRanking } from "../../bench/ranking.ts";
import { benchSim, simDesigns } from "../../bench/sim.ts";
import { benchSnr, type SnrRow } from "../../bench/snr.ts";
import { benchTrain } from "../../bench/train.ts";
import { RATE_STEP } from "../../gg/index.ts";
import { UsageError } from "../errors.ts";
import { type Progress, print, progress, seconds, type TableColumn, table } from "../output.ts";
import { verilatorOption } from "../simulator-options.ts";
import { wholeNumber } from "../whole-number.ts";
import { addModelBenches } from "./bench-model.ts";

type Row<F extends (...args: never[]) => unknown> =
  Awaited<ReturnType<F>> extends readonly (infer R)[] ? R : never;

const millions = (value: number): string => (value / 1e6).toFixed(0);
const kilo = (value: number): string => (value / 1e3).toFixed(0);
const orNone = (value: number | null, text: (value: number) => string): string =>
  value === null ? "" : text(value);

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
  { heading: "build", align: "right", value: (row) => orNone(row.build_s, seconds) },
  { heading: "first cycle", align: "right", value: (row) => orNone(row.first_cycle_s, seconds) },
  { heading: "kcycles/s", align: "right", value: (row) => kilo(row.cycles_per_s) },
  {
    heading: "÷ Verilator",
    align: "right",
    value: (row) => orNone(row.ratio_to_verilator, (ratio) => ratio.toFixed(1)),
  },
  {
    heading: "÷ 1 thread",
    align: "right",
    value: (row) => orNone(row.ratio_to_one_thread, (ratio) => ratio.toFixed(2)),
  },
  { heading: "M products/s", align: "right", value: (row) => orNone(row.products_per_s, millions) },
  {
    heading: "held kcycles/s",
    align: "right",
    value: (row) => orNone(row.held_cycles_per_s, kilo),
  },
  {
    heading: "÷ Verilator",
    align: "right",
    value: (row) => orNone(row.held_ratio_to_verilator, (ratio) => ratio.toFixed(1)),
  },
];

const coreColumns: readonly TableColumn<Row<typeof benchCore>>[] = [
  { heading: "engine", value: (row) => row.engine },
  { heading: "build", align: "right", value: (row) => seconds(row.build_s) },
  { heading: "cycles", align: "right", value: (row) => row.cycles.toLocaleString("en-US") },
  { heading: "kcycles/s", align: "right", value: (row) => kilo(row.cycles_per_s) },
  { heading: "÷ Verilator", align: "right", value: (row) => row.ratio_to_verilator.toFixed(1) },
];

const editColumns: readonly TableColumn<Row<typeof benchEdit>>[] = [
  { heading: "circuit", value: (row) => row.circuit },
  { heading: "engine", value: (row) => row.engine },
  { heading: "vectors", align: "right", value: (row) => String(row.vectors) },
  { heading: "edit to verdict", align: "right", value: (row) => seconds(row.edit_to_verdict_s) },
  { heading: "÷ Verilator", align: "right", value: (row) => row.ratio_to_verilator.toFixed(2) },
];

const estimateColumns: readonly TableColumn<Row<typeof benchEstimate>>[] = [
  { heading: "network", value: (row) => row.network },
  { heading: "context", align: "right", value: (row) => String(row.context) },
  { heading: "first ms", align: "right", value: (row) => row.first_ms.toFixed(1) },
  { heading: "median ms", align: "right", value: (row) => row.median_ms.toFixed(1) },
  { heading: "M cycles a token", align: "right", value: (row) => millions(row.cycles_per_token) },
];

const rankingColumns: readonly TableColumn<Row<typeof benchRanking>>[] = [
  { heading: "figure", value: (row) => row.figure },
  { heading: "machines", align: "right", value: (row) => String(row.machines) },
  { heading: "pairs", align: "right", value: (row) => String(row.pairs) },
  { heading: "in the same order", align: "right", value: (row) => String(row.agree) },
  { heading: "share", align: "right", value: (row) => `${(100 * row.share).toFixed(1)} %` },
  { heading: "estimate ÷ netlist", align: "right", value: (row) => row.ratio.toFixed(2) },
];

const trainColumns: readonly TableColumn<Row<typeof benchTrain>>[] = [
  { heading: "library", value: (row) => row.library },
  { heading: "cores", align: "right", value: (row) => String(row.cores) },
  { heading: "ms a step", align: "right", value: (row) => row.ms_per_step.toFixed(0) },
  { heading: "÷ first", align: "right", value: (row) => row.ratio.toFixed(1) },
  { heading: "loss of the first batch", align: "right", value: (row) => row.loss.toFixed(5) },
  { heading: "installed MB", align: "right", value: (row) => row.install_mb.toFixed(1) },
];

const methodColumns: readonly TableColumn<Row<typeof benchMethods>>[] = [
  { heading: "method", value: (row) => row.method },
  { heading: "loss", align: "right", value: (row) => row.loss.toFixed(4) },
  { heading: "over floor", align: "right", value: (row) => row.over_floor.toFixed(4) },
  { heading: "loss in RF8", align: "right", value: (row) => row.loss_rf8.toFixed(4) },
  { heading: "ν", align: "right", value: (row) => row.nu.toFixed(2) },
  {
    heading: `EG0 bits at ${RATE_STEP}`,
    align: "right",
    value: (row) => row.eg0_bits.toFixed(2),
  },
  { heading: "entropy bits", align: "right", value: (row) => row.entropy_bits.toFixed(2) },
  { heading: "time", align: "right", value: (row) => seconds(row.seconds) },
];

const decibels = (heading: string, of: (row: SnrRow) => number): TableColumn<SnrRow> => ({
  heading,
  align: "right",
  value: (row) => of(row).toFixed(1),
});
const snrColumns: readonly TableColumn<SnrRow>[] = [
  { heading: "ν", value: (row) => String(row.nu) },
  decibels("RF8", (row) => row.rf8),
  decibels("6 bits", (row) => row.rf8_6),
  decibels("5 bits", (row) => row.rf8_5),
  decibels("4 bits", (row) => row.rf8_4),
  decibels("E4M3", (row) => row.e4m3),
  decibels("INT8", (row) => row.int8),
];

const gptqColumns: readonly TableColumn<GptqRow>[] = [
  { heading: "step", value: (row) => row.step },
  { heading: "here", align: "right", value: (row) => seconds(row.rf8_s) },
  {
    heading: "numpy",
    align: "right",
    value: (row) => (row.numpy_s === null ? "" : seconds(row.numpy_s)),
  },
  {
    heading: "÷ numpy",
    align: "right",
    value: (row) => (row.numpy_s === null ? "" : (row.rf8_s / row.numpy_s).toFixed(1)),
  },
];

/** `rf8 bench quantize|sim|core|edit|estimate|ranking|train|methods|tuning|gptq|snr|codes|bits`: ratios of things measured in one run on this machine. */
export function addBench(program: Command): void {
  const bench = program.command("bench").description("measure on this machine");
  const add = <R>(
    name: string,
    description: string,
    columns: readonly TableColumn<R>[],
    run: (onStep: Progress["update"], flags: BenchFlags) => readonly R[] | Promise<readonly R[]>,
  ): Command =>
    bench
      .command(name)
      .description(description)
      .option("--json", "one JSON document on stdout")
      .action(async (flags: BenchFlags) => {
        const bar = progress("steps");
        try {
          const rows = await run(bar.update, flags);
          bar.stop();
          print(flags.json ?? false, { rows }, () => table(columns, rows));
        } finally {
          bar.stop();
        }
      });
  add(
    "quantize",
    "weights a second, compared with a copy loop over the same arrays",
    quantizeColumns,
    benchQuantize,
  );
  add(
    "sim",
    "cycles a second of the in-process engine on arrays and on jobs, compared with Verilator",
    simColumns,
    (onStep, { verilator, only = "" }) => {
      if (!simDesigns.some((name) => name.includes(only)))
        throw new UsageError(`--only ${only}: the designs are ${simDesigns.join("; ")}`);
      return benchSim(onStep, verilator, only);
    },
  )
    .addOption(verilatorOption())
    .option("--only <text>", "only designs whose name has this in it, such as accelerator");
  add(
    "core",
    "cycles a second of the decoder core in the in-process engine, compared with Verilator",
    coreColumns,
    (onStep, { verilator }) => benchCore(onStep, verilator),
  ).addOption(verilatorOption());
  add(
    "train",
    "time of a training step, compared with TensorFlow.js on WebAssembly (installed into a temporary folder)",
    trainColumns,
    benchTrain,
  );
  add(
    "methods",
    "what each way of training gives on the default text (about 30 minutes)",
    methodColumns,
    (onStep, { only = "" }) => benchMethods(only, onStep),
  ).option("--only <text>", "only methods whose name has this in it, such as 4 bits");
  add(
    "snr",
    "signal to quantization noise of generalized Gaussian weights in RF8, its palettes, E4M3 and INT8, in dB",
    snrColumns,
    (onStep) => benchSnr(onStep),
  );
  const gptq = add(
    "gptq",
    "processor time of GPTQ of a square matrix, beside numpy's where python3 has it",
    gptqColumns,
    (_, { size }) => benchGptq(size),
  );
  gptq.addOption(
    new Option("--size <n>", "rows, and columns")
      .argParser(wholeNumber("--size", 1, 16_384))
      .default(4096),
  );
  add(
    "edit",
    "from a changed source to the verdict of its exhaustive test",
    editColumns,
    (onStep, { verilator }) => benchEdit(onStep, verilator),
  ).addOption(verilatorOption());
  add(
    "estimate",
    "time of an estimate of large networks on the decoder core",
    estimateColumns,
    benchEstimate,
  );
  add(
    "ranking",
    "pairs of 100 random machines that rf8 estimate puts in the order of their netlists (half an hour)",
    rankingColumns,
    benchRanking,
  );
  bench
    .command("network")
    .description(
      "write a network of a published shape with GG weights, to measure with; it says nothing",
    )
    .requiredOption("-o, --output <file>", "a llama2.c file, written a piece at a time")
    .addOption(
      new Option("--like <network>", "whose shape it has")
        .choices(Object.keys(benchNetworks))
        .default("stories15M"),
    )
    .addOption(
      new Option("--seed <n>", "of its weights")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 1))
        .default(1),
    )
    .action(({ output, like, seed }: NetworkFlags) => writeBenchNetwork(output, like, seed));
  addModelBenches(bench);
}

interface BenchFlags {
  readonly json?: boolean;
  readonly verilator?: string;
  readonly only?: string;
  readonly size: number;
}

interface NetworkFlags {
  readonly output: string;
  readonly like: keyof typeof benchNetworks;
  readonly seed: number;
}
