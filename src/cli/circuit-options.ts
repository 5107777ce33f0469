import { type Command, Option } from "commander";
import { type CircuitEntry, catalogue } from "../../hdl/catalogue.ts";
import { type CircuitParameters, type ParameterName, parameters } from "../../hdl/parameters.ts";
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

/**
 * The circuit parameters among a command's flags.
 *
 * @throws UsageError for a value that is not accepted, or a parameter this circuit does not have.
 */
export function circuitParameters(
  entry: CircuitEntry,
  flags: Readonly<Record<string, unknown>>,
): Partial<CircuitParameters> {
  const given: Partial<Record<ParameterName, unknown>> = {};
  for (const name of Object.keys(parameters) as ParameterName[]) {
    const text = flags[name];
    if (typeof text !== "string") continue;
    if (!entry.parameters.includes(name)) {
      const known = entry.parameters.map((item) => `--${item}`).join(", ") || "no parameters";
      throw new UsageError(`--${name} is no parameter of ${entry.name}, which has ${known}`);
    }
    const value = parameters[name].parse(text);
    if (value === undefined) {
      throw new UsageError(`--${name} ${text}: it must be ${parameters[name].accepts}`);
    }
    given[name] = value;
  }
  return given as Partial<CircuitParameters>;
}

/** Every parameter of a circuit with the value it is built with. */
export const parametersOf = (
  entry: CircuitEntry,
  given: Partial<CircuitParameters>,
): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    entry.parameters.map((name) => [
      name,
      given[name] ?? entry.defaults?.[name] ?? parameters[name].default,
    ]),
  );
