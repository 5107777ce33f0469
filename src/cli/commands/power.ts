import { type Command, Option } from "commander";
import { catalogue } from "../../../hdl/catalogue.ts";
import { parameters } from "../../../hdl/parameters.ts";
import { openCheckpoint } from "../../checkpoint/index.ts";
import {
  activationsOf,
  activationTypeOf,
  type CircuitPower,
  circuitPower,
  type DotProduct,
  type Goal,
  goals,
  type MacEnergy,
  mostMacs,
  randomProducts,
  recordedIn,
  streamOf,
  weightProducts,
} from "../../cost/index.ts";
import { positiveNumber } from "../accelerator-options.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { UsageError } from "../errors.ts";
import { count, print, progress, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags {
  readonly weights?: string;
  readonly activations?: string;
  readonly liberty: readonly string[];
  readonly clock: number;
  readonly goal?: Goal;
  readonly macs: number;
  readonly seed: number;
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
        .default(mostMacs),
    )
    .addOption(
      new Option("--seed <n>", "of uniform operands")
        .argParser(wholeNumber("--seed", 0, 2 ** 32 - 2))
        .default(1),
    )
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command).action(run);
}

async function run(name: string, flags: Flags): Promise<void> {
  const entry = findCircuit(name, catalogue);
  const given = circuitParameters(entry, { ...flags });
  if (flags.activations !== undefined && flags.weights === undefined)
    throw new UsageError("--activations goes with --weights MODEL");
  const module = entry.build(given);
  const format = parameters.format.parse(`${given.format}`) ?? parameters.format.default;
  const stream = streamOf(module, productsOf(module, format, flags));
  const bar = progress("steps");
  const { liberty, goal, clock } = flags;
  const options = { liberty, onStep: bar.update, ...(goal !== undefined && { goal }) };
  const { power, result } = await circuitPower(module, stream, clock, options).finally(bar.stop);
  const document = {
    ...{ circuit: name, params: entry.complete(given), ...power },
    operands: {
      weights: flags.weights ?? "uniform",
      activations: flags.activations ?? "uniform",
      seed: flags.seed,
    },
    ...{ options: result.options, library: result.library, conditions: result.conditions },
  };
  print(flags.json ?? false, document, () => {
    const params = Object.entries(document.params).map(([key, value]) => `${key} ${value}`);
    return `${[name, ...params].join(", ")}\n\n${report(power, document.operands)}`;
  });
}

function productsOf(
  module: Parameters<typeof streamOf>[0],
  format: Parameters<typeof randomProducts>[0],
  { weights, activations, macs, seed }: Flags,
): DotProduct[] {
  const type = activationTypeOf(module);
  if (weights === undefined) return randomProducts(format, type, macs, seed);
  const checkpoint = openCheckpoint(weights);
  try {
    if (activations === undefined) {
      const draw = activationsOf(type, seed);
      return weightProducts(checkpoint, format, (_, columns) => [draw(columns)], macs);
    }
    const file = openCheckpoint(activations);
    try {
      return weightProducts(checkpoint, format, recordedIn(file, type.width), macs);
    } finally {
      file.close();
    }
  } finally {
    checkpoint.close();
  }
}

const picojoules = (pj: number): string => (pj === 0 ? "0" : pj.toPrecision(4));

function report(power: CircuitPower, operands: { weights: string; activations: string }): string {
  const rows: (MacEnergy & { readonly what: string })[] = [
    { what: "flip-flops", ...power.groups.sequential },
    { what: "logic", ...power.groups.combinational },
    { what: "all", ...power },
  ];
  const column = (heading: string, key: keyof MacEnergy) => ({
    ...{ heading, align: "right" as const },
    value: (row: MacEnergy) => picojoules(row[key]),
  });
  const lines = table(
    [
      { heading: "pJ a MAC", value: (row: (typeof rows)[number]) => row.what },
      column("switching", "switching_pj"),
      column("internal", "internal_pj"),
      column("clock pins", "clock_pj"),
      column("leakage", "leakage_pj"),
      column("total", "pj_per_mac"),
    ],
    rows,
  );
  const { macs, cycles, annotated, clock_mhz, voltage, outside } = power;
  return `${lines}

${count(macs)} MACs in ${count(cycles)} cycles at ${clock_mhz} MHz, ${voltage} V; weights ${operands.weights}, activations ${operands.activations}.
${(100 * annotated).toFixed(1)} % of the nets counted. ${power.kind === "measured" ? "Measured" : "Derived"}: ${power.source}.
Outside the total: charging the inputs ${picojoules(outside.input_nets_pj)} pJ a MAC, the clock's pins ${picojoules(outside.clock_net_pj)}.
Not modelled: ${power.not_modelled.join("; ")}.`;
}
