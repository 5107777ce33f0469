import type { Command } from "commander";
import { modelled } from "../../verification/modelled.ts";
import { type MutantRange, mutantRanges, mutation } from "../../verification/mutant-ranges.ts";
import type { MutantOutcome } from "../../verification/mutation.ts";
import { addCircuitOptions, circuitParameters, findModelled } from "../circuit-options.ts";
import { addFarmOptions, type FarmFlags, farmed } from "../farm-options.ts";
import { count, print, seconds, table } from "../output.ts";

/** `rf8 mutate CIRCUIT`: whether the vectors of `verify` tell every small mistake in a circuit. */
export function addMutate(program: Command): void {
  const command = program
    .command("mutate")
    .description("put every small mistake into a circuit and see whether verify finds it")
    .argument("<circuit>", `one of ${modelled.map((entry) => entry.name).join(", ")}`)
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(addFarmOptions(command), modelled).action(run);
}

async function run(name: string, flags: FarmFlags & { readonly json?: boolean }): Promise<void> {
  const entry = findModelled(name);
  const given = circuitParameters(entry, { ...flags });
  const module = entry.build(given);
  const ranges = mutantRanges(entry.name, given, module);
  const answers = await farmed(flags, mutation, ranges, { unit: "groups of mutants" });
  const done = answers.flatMap((answer) => ("result" in answer ? [answer] : []));
  const mutants = answers.flatMap((answer, index): readonly Row[] =>
    "result" in answer ? answer.result : unjudgedOf(ranges[index], answer.lost),
  );
  const of = (outcome: Row["outcome"]): Row[] =>
    mutants.filter((mutant) => mutant.outcome === outcome);
  const [killed, equivalent, survived] = [of("killed"), of("equivalent"), of("survived")];
  const unjudged = of("unknown");
  const document = {
    circuit: name,
    params: entry.complete(given),
    mutants: mutants.length,
    killed: killed.length,
    equivalent: equivalent.length,
    survived: survived.length,
    ...(unjudged.length > 0 && { unknown: unjudged.length }),
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
    rows: mutants,
  };
  print(flags.json ?? false, document, () => {
    const head =
      `${name}: ${count(mutants.length)} mutants, ${count(killed.length)} killed, ` +
      `${count(equivalent.length)} proved equivalent, ${count(survived.length)} survived, ` +
      `${unjudged.length > 0 ? `${count(unjudged.length)} unknown, ` : ""}` +
      seconds(document.seconds);
    const rest = [...unjudged, ...survived, ...equivalent];
    return rest.length === 0 ? head : `${head}\n\n${list(rest)}`;
  });
  if (survived.length > 0) process.exitCode = 1;
}

/** A mutant as it is shown; `unknown` where its workers died. */
type Row = Omit<MutantOutcome, "outcome"> & {
  readonly outcome: MutantOutcome["outcome"] | "unknown";
};

const unjudgedOf = (range: MutantRange | undefined, reason: string): Row[] =>
  Array.from({ length: (range?.to ?? 0) - (range?.from ?? 0) }, (_, index) => ({
    what: `mutant ${(range?.from ?? 0) + index}`,
    outcome: "unknown" as const,
    reason,
  }));

const list = (outcomes: readonly Row[]): string =>
  table(
    [
      { heading: "mutant", value: ({ what }: Row) => what },
      { heading: "outcome", value: ({ outcome }) => outcome },
      { heading: "reason", value: ({ reason }) => reason ?? "" },
    ],
    outcomes,
  );
