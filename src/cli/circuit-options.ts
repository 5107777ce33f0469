import { type Command, Option } from "commander";
import { type CircuitEntry, catalogue } from "../../hdl/catalogue.ts";
import { parameters } from "../../hdl/parameters.ts";
import { UsageError } from "./errors.ts";

/** Gives a command one flag per circuit parameter. */
export function addCircuitOptions(command: Command): Command {
  for (const [name, row] of Object.entries(parameters)) {
    command.addOption(
      new Option(
        `--${name} <value>`,
        `${row.description}: ${row.accepts} (default ${row.default})`,
      ),
    );
  }
  return command;
}

/** Names of before, which still work and say the present one. */
const renamed: Readonly<Record<string, string>> = { engine: "accelerator" };

/** @throws UsageError listing the circuits when there is none of that name. */
export function findCircuit(
  asked: string,
  circuits: readonly CircuitEntry[] = catalogue,
): CircuitEntry {
  const present = Object.hasOwn(renamed, asked) ? renamed[asked] : undefined;
  if (present !== undefined && circuits.some((candidate) => candidate.name === present))
    process.stderr.write(`${asked} is called ${present} now\n`);
  const name = present ?? asked;
  const entry = circuits.find((candidate) => candidate.name === name);
  if (!entry) {
    throw new UsageError(
      `there is no circuit ${name}; choose one of ${circuits.map((item) => item.name).join(", ")}`,
    );
  }
  return entry;
}

/** Those of a command's flags that are circuit parameters, as they are written. */
export const parameterFlags = (
  flags: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.keys(parameters).flatMap((name) =>
      flags[name] === undefined ? [] : [[name, flags[name]]],
    ),
  );

/**
 * The circuit parameters among a command's flags.
 *
 * @throws UsageError for a value that is not accepted, or a parameter this circuit does not have.
 */
export function circuitParameters(
  entry: CircuitEntry,
  flags: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | number>> {
  const given: Record<string, string | number> = {};
  for (const name of Object.keys(parameters)) {
    const text = flags[name];
    if (typeof text !== "string") continue;
    const parameter = entry.parameters[name];
    if (!parameter) {
      const names = Object.keys(entry.parameters);
      const known = names.map((item) => `--${item}`).join(", ") || "no parameters";
      throw new UsageError(`--${name} is no parameter of ${entry.name}, which has ${known}`);
    }
    const value = parameter.parse(text);
    if (value === undefined)
      throw new UsageError(`--${name} ${text}: it must be ${parameter.accepts}`);
    given[name] = value;
  }
  return given;
}
