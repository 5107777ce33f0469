import { type Command, Option } from "commander";
import { catalogue } from "../../../hdl/catalogue.ts";
import { parameters } from "../../../hdl/parameters.ts";
import { openCheckpoint } from "../../checkpoint/index.ts";
import {
  activationsOf,
  activationTypeOf,
  blockPower,
  type CircuitPower,
  circuitPower,
  type DotProduct,
  type Goal,
  goals,
  type MacEnergy,
  matricesOf,
  maxMacs,
  type PowerByBlock,
  randomProducts,
  recordedIn,
  streamOf,
  weightProducts,
} from "../../cost/index.ts";
import { positiveNumber } from "../accelerator-options.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { UsageError } from "../errors.ts";
import { count, print, progress, type TableColumn, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags {
  readonly weights?: string;
  readonly activations?: string;
  readonly liberty: readonly string[];
  readonly clock: number;
  readonly goal?: Goal;
  readonly macs: number;
  readonly seed: number;
  readonly glitches?: true;
  readonly json?: boolean;
  readonly format?: string;
}

/** `rf8 power CIRCUIT`: measured energy a MAC, by simulating the mapped netlist with operands. */
export function addPower(program: Command): void {
  const command = program
    .command("power")
    .description("energy a MAC of a circuit in standard cells, with real operands")
    .argument("<circuit>", "product, mac or dot, as rf8 list has them")
    .option("--weights <model>", "rows of this checkpoint's matrices (default: uniform operands)")
    .option(
      "--activations <file>",
      "with --weights: a safetensors file with what each matrix reads, I8 or I16, tokens × columns (default: uniform)",
    )
    .option(
      "--liberty <file>",
      "standard cells of this library (.lib or .lib.gz); once for each file of it (default: the generic technology)",
      (file: string, files: readonly string[]) => [...files, file],
      [] as readonly string[],
    )
    .addOption(
      new Option("--clock <MHz>", "that leakage is spread over")
        .argParser(positiveNumber("--clock"))
        .default(500),
    )
    .addOption(
      new Option("--goal <name>", "what standard cells are chosen for (default area)").choices(
        goals,
      ),
    )
    .addOption(
      new Option("--macs <n>", "products at most")
        .argParser(wholeNumber("--macs", 1, 2 ** 26))
        .default(maxMacs),
    )
    .addOption(
      new Option("--seed <n>", "of uniform operands")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 2))
        .default(1),
    )
    .option("--glitches", "also with delays: what changes that come and go in a cycle take")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command, catalogue).action(run);
}

async function run(name: string, flags: Flags): Promise<void> {
  const entry = findCircuit(name, catalogue);
  const given = circuitParameters(entry, { ...flags });
  if (flags.activations !== undefined && flags.weights === undefined)
    throw new UsageError("--activations goes with --weights MODEL");
  const module = entry.build(given);
  const format = parameters.format.parse(`${given.format}`) ?? parameters.format.default;
  const { products, silent } = operandsOf(module, format, flags);
  const stream = streamOf(module, products);
  const bar = progress("steps");
  const { liberty, goal, clock } = flags;
  const options = { liberty, onStep: bar.update, ...(goal !== undefined && { goal }) };
  const { power, result } = await circuitPower(module, stream, clock, {
    ...options,
    glitches: flags.glitches ?? false,
  }).finally(bar.stop);
  const by_block =
    module.instances.length === 0
      ? null
      : await blockPower(module, stream, clock, options).finally(bar.stop);
  const document = {
    circuit: name,
    params: entry.complete(given),
    ...power,
    by_block,
    operands: {
      weights: flags.weights ?? "uniform",
      activations: flags.activations ?? "uniform",
      seed: flags.seed,
      ...(flags.activations !== undefined && { matrices_without_activations: silent }),
    },
    options: result.options,
    library: result.library,
    conditions: result.conditions,
  };
  print(flags.json ?? false, document, () => {
    const params = Object.entries(document.params).map(([key, value]) => `${key} ${value}`);
    const blocks = by_block ? `\n\n${blockReport(by_block)}` : "";
    return `${[name, ...params].join(", ")}\n\n${report(power, document.operands)}${blocks}`;
  });
}

interface Operands {
  readonly products: DotProduct[];
  /** Matrices that a file of activations has none of, which are left out. */
  readonly silent: readonly string[];
}

/** @throws UsageError for recorded activations where the circuit takes codes. */
function operandsOf(
  module: Parameters<typeof streamOf>[0],
  format: Parameters<typeof randomProducts>[0],
  { weights, activations, macs, seed }: Flags,
): Operands {
  const type = activationTypeOf(module);
  if (activations !== undefined && type.kind !== "sint")
    throw new UsageError(
      "--activations has integers; the circuit's activations are codes: --activation int8 or int16",
    );
  if (weights === undefined)
    return { products: randomProducts(format, type, macs, seed), silent: [] };
  const checkpoint = openCheckpoint(weights);
  try {
    if (activations === undefined) {
      const draw = activationsOf(type, seed);
      const products = weightProducts(checkpoint, format, (_, columns) => [draw(columns)], macs);
      return { products, silent: [] };
    }
    const file = openCheckpoint(activations);
    try {
      const named = new Set(file.tensors.map(({ name }) => name));
      const recorded = recordedIn(file, type.width, checkpoint);
      return {
        products: weightProducts(checkpoint, format, recorded, macs),
        silent: matricesOf(checkpoint).flatMap(({ name }) => (named.has(name) ? [] : name)),
      };
    } finally {
      file.close();
    }
  } finally {
    checkpoint.close();
  }
}

const picojoules = (pj: number): string => (pj === 0 ? "0" : pj.toPrecision(4));

const column = (heading: string, key: keyof MacEnergy): TableColumn<MacEnergy> => ({
  heading,
  align: "right",
  value: (row) => picojoules(row[key]),
});

const energyColumns: readonly TableColumn<MacEnergy>[] = [
  column("switching", "switching_pj"),
  column("internal", "internal_pj"),
  column("clock pins", "clock_pj"),
  column("leakage", "leakage_pj"),
  column("total", "pj_per_mac"),
];

interface Streamed {
  readonly weights: string;
  readonly activations: string;
  readonly matrices_without_activations?: readonly string[];
}

function report(power: CircuitPower, operands: Streamed): string {
  const rows: (MacEnergy & { readonly what: string })[] = [
    { what: "flip-flops", ...power.groups.sequential },
    { what: "logic", ...power.groups.combinational },
    { what: "all", ...power },
    ...(power.glitches ? [{ what: "glitches", ...power.glitches }] : []),
  ];
  const lines = table(
    [{ heading: "pJ a MAC", value: (row: (typeof rows)[number]) => row.what }, ...energyColumns],
    rows,
  );
  const { macs, cycles, annotated, clock_mhz, voltage, outside } = power;
  return `${lines}

${count(macs)} MACs in ${count(cycles)} cycles at ${clock_mhz} MHz, ${voltage} V; weights ${operands.weights}, activations ${operands.activations}${leftOut(operands)}.
${(100 * annotated).toFixed(1)} % of the nets counted. ${power.kind === "measured" ? "Measured" : "Derived"}: ${power.source}.
${power.glitches ? `Glitches, not in the total: nets change ${power.glitches.changes.toFixed(2)} times as often; ${power.glitches.source}.\n` : ""}Outside the total: charging the inputs ${picojoules(outside.input_nets_pj)} pJ a MAC, the clock's pins ${picojoules(outside.clock_net_pj)}.
Not modelled: ${power.not_modelled.join("; ")}.`;
}

const leftOut = ({ matrices_without_activations: names = [] }: Streamed): string =>
  names.length === 0
    ? ""
    : `, which has none of ${names[0]}${names.length > 1 ? ` and ${names.length - 1} others` : ""}: left out`;

/** Blocks of one circuit together. */
function blockReport({ blocks, pj_per_mac, area_ge }: PowerByBlock): string {
  const circuits = [...new Set(blocks.map(({ circuit }) => circuit))].map((circuit) => {
    const same = blocks.filter((block) => block.circuit === circuit);
    const sum = (key: "area_ge" | keyof MacEnergy): number =>
      same.reduce((total, block) => total + block[key], 0);
    return {
      circuit,
      instances: same.length,
      area_ge: sum("area_ge"),
      switching_pj: sum("switching_pj"),
      internal_pj: sum("internal_pj"),
      clock_pj: sum("clock_pj"),
      leakage_pj: sum("leakage_pj"),
      pj_per_mac: sum("pj_per_mac"),
    };
  });
  type Row = (typeof circuits)[number];
  return `${table(
    [
      { heading: "by block, pJ a MAC", value: (row: Row) => row.circuit },
      { heading: "instances", align: "right", value: (row: Row) => count(row.instances) },
      { heading: "area GE", align: "right", value: (row: Row) => row.area_ge.toFixed(0) },
      ...energyColumns,
    ],
    circuits,
  )}

Blocks without those inside them, each mapped for itself: ${picojoules(pj_per_mac)} pJ a MAC and ${area_ge.toFixed(0)} GE together.`;
}
