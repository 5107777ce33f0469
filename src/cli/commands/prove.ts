import type { Command } from "commander";
import {
  everyProperty,
  type Property,
  propertiesOf,
  provable,
  prove,
  type Verdict,
} from "../../../formal/index.ts";
import { asciiWave, rowsOf } from "../../../sim/index.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { UsageError } from "../errors.ts";
import { print, progress, seconds, table } from "../output.ts";

/** `rf8 prove [CIRCUIT|all]`: properties of the emitted Verilog, for all inputs and all time. */
export function addProve(program: Command): void {
  const command = program
    .command("prove")
    .description("prove the emitted Verilog against its specification")
    .argument("[circuit]", `all, or one of ${provable.join(", ")}`, "all")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command).action(run);
}

async function run(name: string, flags: { readonly json?: boolean }): Promise<void> {
  const properties = asked(name, flags);
  const bar = progress("properties");
  const found: { readonly property: Property; readonly verdict: Verdict }[] = [];
  try {
    for (const property of properties) {
      bar.update(found.length, properties.length, property.circuit);
      found.push({ property, verdict: await prove(property) });
    }
  } finally {
    bar.stop();
  }
  const rows = found.map(({ property, verdict }) => ({
    circuit: property.circuit,
    params: property.parameters,
    property: property.name,
    ...verdict,
  }));
  print(flags.json ?? false, { rows }, () => report(rows));
  if (rows.some((row) => row.verdict !== "proved")) process.exitCode = 1;
}

function asked(name: string, flags: { readonly json?: boolean }): Property[] {
  const { json: _, ...given } = flags;
  if (name === "all") {
    const [flag] = Object.keys(given);
    if (flag !== undefined) {
      throw new UsageError(
        `--${flag} goes with one circuit: rf8 prove all proves every kind of it`,
      );
    }
    return everyProperty();
  }
  const entry = findCircuit(name);
  if (!provable.includes(name)) {
    throw new UsageError(`${name} has no properties yet; there are some of ${provable.join(", ")}`);
  }
  return propertiesOf(name, circuitParameters(entry, { ...flags }));
}

type Row = Verdict &
  Pick<Property, "circuit"> & {
    readonly params: Property["parameters"];
    readonly property: string;
  };

function report(rows: readonly Row[]): string {
  const params = (row: Row): string =>
    Object.entries(row.params)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ");
  const lines = table(
    [
      { heading: "circuit", value: (row: Row) => row.circuit },
      { heading: "parameters", value: params },
      { heading: "property", value: (row) => row.property },
      { heading: "method", value: (row) => row.method },
      { heading: "depth", align: "right", value: (row) => String(row.depth) },
      { heading: "time", align: "right", value: (row) => seconds(row.seconds) },
      { heading: "verdict", value: (row) => row.verdict },
    ],
    rows,
  );
  return [lines, ...rows.flatMap(explanation)].join("\n\n");
}

/** The counter-example as a wave, or why there is no verdict. */
function explanation(row: Row): string[] {
  const title = `${row.circuit}: ${row.property}`;
  if (row.verdict === "unknown") return [`${title}\nno verdict: ${row.reason}`];
  if (row.verdict === "proved") return [];
  const columns = Object.fromEntries(
    Object.entries(row.trace.inputs).map(([name, values]) => [name, [...values]]),
  );
  const wave = asciiWave(rowsOf(columns, 0, row.trace.cycles), 0);
  return [`${title}\nfails after these inputs, from reset:\n\n${wave}`];
}
