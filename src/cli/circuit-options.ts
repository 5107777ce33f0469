import { type Command, Option } from "commander";
import type { CircuitEntry } from "../../hdl/catalogue.ts";
import type { Parameter } from "../../hdl/circuit.ts";
import { parameters } from "../../hdl/parameters.ts";
import { circuits } from "../../hdl/parts.ts";
import { modelled } from "../verification/modelled.ts";
import { UsageError } from "./errors.ts";

/** A parameter as a flag: `vectorLanes` is --vector-lanes. */
export const flagOf = (parameter: string): string =>
  `--${parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The parameters of some circuits; a name has a row for each thing that it means, the most common first. */
export function parametersOf(
  some: readonly CircuitEntry[],
): readonly (readonly [name: string, row: Parameter])[] {
  const own = some.flatMap((entry) => Object.entries(entry.parameters));
  const shared = Object.entries<Parameter>(parameters).filter(([name, row]) =>
    own.some((each) => each[0] === name && each[1] === row),
  );
  const rows = new Map<string, readonly [string, Parameter]>();
  for (const each of [...shared, ...own]) {
    const [name, { default: standard, accepts, description }] = each;
    const key = JSON.stringify([name, standard, accepts, description]);
    if (!rows.has(key)) rows.set(key, each);
  }
  const names = [...new Set([...rows.values()].map(([name]) => name))];
  return names.flatMap((name) => [...rows.values()].filter(([other]) => other === name));
}

/** Gives a command one flag per parameter of the circuits that it takes. */
export function addCircuitOptions(
  command: Command,
  some: readonly CircuitEntry[] = circuits,
): Command {
  const added = new Set<string>();
  for (const [name, { description, accepts, default: standard }] of parametersOf(some)) {
    if (added.has(name)) continue;
    added.add(name);
    const usual = standard === undefined ? "" : ` (default ${standard})`;
    command.addOption(new Option(`${flagOf(name)} <value>`, `${description}: ${accepts}${usual}`));
  }
  return command;
}

/** Names of before, which still work and say the present one. */
const renamed: Readonly<Record<string, string>> = { engine: "accelerator" };

/** @throws UsageError listing the circuits when there is none of that name. */
export function findCircuit(asked: string, some: readonly CircuitEntry[] = circuits): CircuitEntry {
  const present = Object.hasOwn(renamed, asked) ? renamed[asked] : undefined;
  if (present !== undefined && some.some((candidate) => candidate.name === present))
    process.stderr.write(`${asked} is called ${present} now\n`);
  const name = present ?? asked;
  const entry = some.find((candidate) => candidate.name === name);
  if (!entry) throw new UsageError(`there is no circuit ${name}; choose one of ${namesOf(some)}`);
  return entry;
}

const namesOf = (some: readonly CircuitEntry[]): string => some.map(({ name }) => name).join(", ");

/** @throws UsageError for a circuit whose every cycle no model says, with those that have one. */
export function findModelled(asked: string): CircuitEntry {
  const entry = findCircuit(asked);
  if (!modelled.includes(entry))
    throw new UsageError(
      `${entry.name} has no model of every cycle to be compared with; there is one of ${namesOf(modelled)}`,
    );
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
): Readonly<Record<string, string | number>> {
  const given: Record<string, string | number> = {};
  for (const name of new Set(parametersOf(circuits).map(([each]) => each))) {
    const text = flags[name];
    if (typeof text !== "string") continue;
    const parameter = entry.parameters[name];
    if (!parameter) {
      const names = Object.keys(entry.parameters);
      const known = names.map(flagOf).join(", ") || "no parameters";
      throw new UsageError(`${flagOf(name)} is no parameter of ${entry.name}, which has ${known}`);
    }
    const value = parameter.parse(text);
    if (value === undefined)
      throw new UsageError(`${flagOf(name)} ${text}: it must be ${parameter.accepts}`);
    given[name] = value;
  }
  return given;
}
