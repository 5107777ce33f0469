import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Command } from "commander";
import {
  everyProperty,
  type Property,
  propertiesOf,
  provable,
  questionOf,
  type Verdict,
} from "../../../formal/index.ts";
import { circuits } from "../../../hdl/parts.ts";
import { proof } from "../../verification/proof.ts";
import { regressionTests } from "../../verification/regression-test.ts";
import { replay } from "../../verification/replay.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { UsageError } from "../errors.ts";
import { addFarmOptions, type FarmFlags, farmed, withoutFarm } from "../farm-options.ts";
import { print, seconds, table } from "../output.ts";
import { reportSanity } from "../sanity-report.ts";
import { verdictOf } from "../verdict.ts";
import { writeFiles } from "../write-files.ts";

/** `rf8 prove [CIRCUIT|all]`: properties of the emitted Verilog, for all inputs and all time. */
export function addProve(program: Command): void {
  const command = program
    .command("prove")
    .description("prove the emitted Verilog against its specification")
    .argument("[circuit]", `all, or one of ${provable.join(", ")}`, "all")
    .option("--sanity", "show of each property that a mistake in the circuit breaks it")
    .option("--test <file>", "write counter-examples as a vitest test")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(addFarmOptions(command)).action(run);
}

interface Flags extends FarmFlags {
  readonly json?: boolean;
  readonly test?: string;
  readonly sanity?: true;
}

async function run(name: string, flags: Flags): Promise<void> {
  const properties = asked(name, flags);
  if (flags.test !== undefined && statSync(flags.test, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--test ${flags.test}: this is a folder, a file is needed`);
  }
  if (flags.sanity) {
    if (flags.test !== undefined) throw new UsageError("--test does not go with --sanity");
    return reportSanity(properties, flags);
  }
  const answers = await farmed(flags, proof, properties.map(questionOf), { unit: "properties" });
  const found = properties.map(
    (property, index): Result => ({ property, verdict: verdictOf(property, answers[index]) }),
  );
  const rows = found.map(({ property, verdict }) => ({
    circuit: property.circuit,
    params: property.parameters,
    property: property.name,
    ...verdict,
  }));
  const failures = found.filter(({ verdict }) => verdict.verdict !== "proved");
  print(flags.json ?? false, { rows }, () =>
    [report(rows), ...failures.map(explanation)].join("\n\n"),
  );
  if (failures.length > 0) process.exitCode = 1;
  if (flags.test !== undefined) writeTests(flags.test, failures);
}

interface Result {
  readonly property: Property;
  readonly verdict: Verdict;
}

/** Nothing is written where nothing is disproved. */
function writeTests(file: string, failures: readonly Result[]): void {
  const traces = failures.flatMap(({ property, verdict }) =>
    verdict.verdict === "disproved" ? [{ property, trace: verdict.trace }] : [],
  );
  if (traces.length === 0) return;
  writeFiles(dirname(file), [{ name: basename(file), text: regressionTests(traces) }]);
}

function asked(name: string, flags: Flags): Property[] {
  const { json: _json, test: _test, sanity: _sanity, ...given } = withoutFarm(flags).rest;
  if (name === "all") {
    const [flag] = Object.keys(given);
    if (flag !== undefined) {
      throw new UsageError(
        `--${flag} goes with one circuit: rf8 prove all proves every kind of it`,
      );
    }
    return everyProperty();
  }
  const isNamed = circuits.some((entry) => entry.name === name);
  if (isNamed || !provable.includes(name)) {
    const entry = findCircuit(name);
    if (!provable.includes(entry.name))
      throw new UsageError(
        `${entry.name} has no properties; there are some of ${provable.join(", ")}`,
      );
    return propertiesOf(entry.name, circuitParameters(entry, { ...flags }));
  }
  const [flag] = Object.keys(given);
  if (flag !== undefined) throw new UsageError(`--${flag} is no parameter of ${name}`);
  return propertiesOf(name, {});
}

type Row = Verdict & {
  readonly circuit: string;
  readonly params: Property["parameters"];
  readonly property: string;
};

function report(rows: readonly Row[]): string {
  const params = (row: Row): string =>
    Object.entries(row.params)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ");
  return table(
    [
      { heading: "circuit", value: (row: Row) => row.circuit },
      { heading: "parameters", value: params },
      { heading: "property", value: (row) => row.property },
      { heading: "method", value: (row) => row.method },
      { heading: "depth", align: "right", value: (row) => String(row.depth) },
      { heading: "solver time", align: "right", value: (row) => seconds(row.seconds) },
      { heading: "verdict", value: (row) => row.verdict },
    ],
    rows,
  );
}

/** The counter-example as the in-process simulator runs it, or why there is no verdict. */
function explanation({ property, verdict }: Result): string {
  const title = `${property.circuit}: ${property.name}`;
  if (verdict.verdict === "unknown") return `${title}\nno verdict: ${verdict.reason}`;
  if (verdict.verdict === "vacuous") return `${title}\nvacuous: ${verdict.reason}`;
  if (verdict.verdict === "unreachable") return `${title}\nno run reaches this, however long`;
  const dut = property.subject;
  if (!verdict.trace || !dut) return title;
  const { differs, wave } = replay(dut, verdict.trace);
  const seen = differs
    ? "the in-process simulator fails too"
    : "the in-process simulator agrees with the model: it is the property that does not hold";
  return `${title}\ndisproved by these inputs, from reset; ${seen}\n\n${wave}`;
}
