import { InvalidArgumentError } from "commander";
import type { CircuitEntry } from "../../hdl/catalogue.ts";
import {
  type CellResult,
  type FpgaFamily,
  type FpgaResult,
  type Goal,
  goals,
  verilogOf,
} from "../cost/index.ts";
import { placer } from "../cost/synthesis/place.ts";
import { libertyFiles, type SynthesisInput, synthesis } from "../cost/work.ts";
import { UsageError } from "./errors.ts";
import { type Farmed, type FarmFlags, farmed } from "./farm-options.ts";
import { count, print, type TableColumn, table } from "./output.ts";
import { type Axes, combinations } from "./sweep.ts";

interface Flags extends FarmFlags {
  readonly tech: "generic" | FpgaFamily;
  readonly liberty: readonly string[];
  readonly goal?: Goal;
  readonly booth?: true;
  readonly dsp?: true;
  readonly json?: boolean;
}

/** A synthesis of a sweep: its parameters, what it was done for, and what came of it. */
interface Row {
  readonly params: Readonly<Record<string, string | number>>;
  readonly goal: Goal | null;
  readonly answer: Farmed<CellResult | FpgaResult>;
}

/** `rf8 synth CIRCUIT --sweep VALUES`: a table of many syntheses. */
export async function sweep(
  entry: CircuitEntry,
  given: Readonly<Record<string, string | number>>,
  flags: Flags,
  text: string,
): Promise<void> {
  const points = pointsOf(entry, flags, text);
  const clash = Object.keys(points[0] ?? {}).find(
    (name) => name in given || (name === "goal" && flags.goal),
  );
  if (clash !== undefined) throw new UsageError(`--${clash} does not go with --sweep ${clash}=…`);
  const { liberty, files } = libertyFiles(flags.liberty);
  const placed = flags.tech === "ice40" ? ((await placer()) ?? null) : null;
  const tasks = points.map(({ goal = flags.goal ?? "area", ...point }) => {
    const chosen = { ...given, ...point };
    const target: SynthesisInput["target"] =
      flags.tech === "generic"
        ? { goal: goal as Goal, booth: flags.booth ?? false, liberty }
        : { family: flags.tech, dsp: flags.dsp ?? false, placer: placed };
    const params = entry.complete(chosen);
    return { params, input: { design: verilogOf(entry.build(chosen)), target } };
  });
  const inputs = tasks.map(({ input }) => input);
  const answers = await farmed(flags, synthesis, inputs, { unit: "syntheses", files });
  const rows = answers.flatMap((answer, index): Row[] => {
    const task = tasks[index];
    if (!task) return [];
    const { params, input } = task;
    return [{ params, goal: "goal" in input.target ? input.target.goal : null, answer }];
  });
  const documents = rows.map(({ params, answer }) => ({
    circuit: entry.name,
    params,
    ...("result" in answer ? answer.result : answer),
  }));
  print(flags.json ?? false, { rows: documents }, () => report(entry, rows));
}

/** @throws UsageError for what is no sweep of the circuit. */
function pointsOf(entry: CircuitEntry, { tech }: Flags, text: string) {
  const axes: Record<string, (value: string) => string | number | undefined> = {};
  for (const [name, { parse }] of Object.entries(entry.parameters)) axes[name] = parse;
  if (tech === "generic") axes.goal = (value) => goals.find((goal) => goal === value);
  try {
    return combinations(text, axes satisfies Axes<string | number>);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new UsageError(`--sweep ${text}: ${error.message}`);
  }
}

function report({ name, parameters: names }: CircuitEntry, rows: readonly Row[]): string {
  const isCell = rows.some(({ goal }) => goal !== null);
  const cells = [
    { heading: "goal", value: ({ goal }: Row) => goal ?? "" },
    ofCells("area GE", ({ area_ge }) => area_ge.toFixed(1)),
    ofCells("delay FO4", ({ delay_fo4 }) => delay_fo4.toFixed(1)),
    ofCells("delay ps", ({ delay_ps }) => (delay_ps === null ? "" : delay_ps.toFixed(0))),
    ofCells("sequential", ({ sequential_share }) => `${(100 * sequential_share).toFixed(0)} %`),
  ];
  const fpga = [
    ofFpga("LUTs", ({ luts }) => count(luts)),
    ofFpga("flip-flops", ({ flip_flops }) => count(flip_flops)),
    ofFpga("carries", ({ carries }) => count(carries)),
    ofFpga("DSPs", ({ dsps }) => count(dsps)),
    ofFpga("block RAMs", ({ block_rams }) => count(block_rams)),
  ];
  const columns: TableColumn<Row>[] = [
    ...Object.keys(names).map((heading) => ({
      heading,
      value: ({ params }: Row) => String(params[heading]),
    })),
    ...(isCell ? cells : fpga),
  ];
  return `${name}\n\n${table(columns, rows)}`;
}

const ofCells = (heading: string, value: (result: CellResult) => string): TableColumn<Row> => ({
  heading,
  align: "right",
  value: ({ answer }) =>
    "result" in answer && "area_ge" in answer.result ? value(answer.result) : "lost",
});

const ofFpga = (heading: string, value: (result: FpgaResult) => string): TableColumn<Row> => ({
  heading,
  align: "right",
  value: ({ answer }) =>
    "result" in answer && "luts" in answer.result ? value(answer.result) : "lost",
});
