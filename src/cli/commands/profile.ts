import { type Command, Option } from "commander";
import { type Profile, type ProfileRow, wasmProfile } from "../../../sim/index.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { count, print, type TableColumn, table } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

/** `rf8 profile CIRCUIT`: what a cycle costs in the in-process engine, by source line. */
export function addProfile(program: Command): void {
  const command = program
    .command("profile")
    .description(
      "WebAssembly instructions of a clock edge in the in-process engine, by source line",
    )
    .argument("<circuit>", "as rf8 list has them")
    .addOption(
      new Option("--lines <n>", "source lines to list, the most costly first")
        .argParser(wholeNumber("--lines", 1, 1_000_000))
        .default(25),
    )
    .option("--json", "one JSON document on stdout, with all lines");
  addCircuitOptions(command).action((name: string, flags: Flags) => {
    const entry = findCircuit(name);
    const params = entry.complete(circuitParameters(entry, { ...flags }));
    const profile = wasmProfile(entry.build(params));
    const document = { circuit: name, params, ...profile };
    print(flags.json ?? false, document, () => report(profile, flags.lines));
  });
}

interface Flags {
  readonly lines: number;
  readonly json?: boolean;
}

const column = (heading: string, value: (row: ProfileRow) => number): TableColumn<ProfileRow> => ({
  heading,
  align: "right",
  value: (row) => count(value(row)),
});

const columns: readonly TableColumn<ProfileRow>[] = [
  { heading: "source", value: (row) => row.source },
  column("scalar", (row) => row.scalar),
  column("vector", (row) => row.vector),
  column("loads", (row) => row.loads),
  column("stores", (row) => row.stores),
  column("all", (row) => row.instructions),
];

function report({ total, rows }: Profile, lines: number): string {
  const shown = rows.slice(0, lines);
  const left = rows.length - shown.length;
  return `${table(columns, [{ source: "a clock edge", ...total }, ...shown])}${left > 0 ? `\nand ${count(left)} sources with less` : ""}`;
}
