import type { Command } from "commander";
import { propertiesAbout } from "../../../formal/index.ts";
import { catalogue } from "../../../hdl/catalogue.ts";
import { referenceOf } from "../../verification/model-of.ts";
import { type Fate, mutate } from "../../verification/mutation.ts";
import {
  addCircuitOptions,
  circuitParameters,
  findCircuit,
  parametersOf,
} from "../circuit-options.ts";
import { count, print, progress, seconds, table } from "../output.ts";

/** `rf8 mutate CIRCUIT`: whether the vectors of `verify` tell every small mistake in a circuit. */
export function addMutate(program: Command): void {
  const command = program
    .command("mutate")
    .description("put every small mistake into a circuit and see whether verify finds it")
    .argument("<circuit>", `one of ${catalogue.map((entry) => entry.name).join(", ")}`)
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command).action(run);
}

async function run(name: string, flags: { readonly json?: boolean }): Promise<void> {
  const entry = findCircuit(name);
  const given = circuitParameters(entry, { ...flags });
  const started = performance.now();
  const bar = progress("mutants");
  const module = entry.build(given);
  const mutants = await mutate(module, {
    reference: referenceOf(module),
    properties: propertiesAbout(module),
    onFate: (done, total) => bar.update(done, total, name),
  }).finally(() => bar.stop());
  const of = (fate: Fate["fate"]): Fate[] => mutants.filter((mutant) => mutant.fate === fate);
  const [killed, equivalent, survived] = [of("killed"), of("equivalent"), of("survived")];
  const document = {
    circuit: name,
    params: parametersOf(entry, given),
    mutants: mutants.length,
    killed: killed.length,
    equivalent: equivalent.length,
    survived: survived.length,
    seconds: (performance.now() - started) / 1000,
    rows: mutants,
  };
  print(flags.json ?? false, document, () => {
    const head =
      `${name}: ${count(mutants.length)} mutants, ${count(killed.length)} killed, ` +
      `${count(equivalent.length)} proved equivalent, ${count(survived.length)} survived, ` +
      seconds(document.seconds);
    const rest = [...survived, ...equivalent];
    return rest.length === 0 ? head : `${head}\n\n${list(rest)}`;
  });
  if (survived.length > 0) process.exitCode = 1;
}

const list = (fates: readonly Fate[]): string =>
  table(
    [
      { heading: "mutant", value: ({ what }: Fate) => what },
      { heading: "fate", value: ({ fate }) => fate },
      { heading: "reason", value: ({ reason }) => reason ?? "" },
    ],
    fates,
  );
