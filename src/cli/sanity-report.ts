import { type Property, questionOf, type Sanity, sanity } from "../../formal/index.ts";
import { proof } from "../verification/proof.ts";
import { type FarmFlags, farmedOneByOne } from "./farm-options.ts";
import { print, table } from "./output.ts";
import { verdictOf } from "./verdict.ts";

interface Flags extends FarmFlags {
  readonly json?: boolean;
}

/** Shows of each property whether its proof could have failed; exit code 1 where one could not. */
export async function reportSanity(properties: readonly Property[], flags: Flags): Promise<void> {
  const results = await farmedOneByOne(flags, proof, "properties", (ask, onDone) => {
    let done = 0;
    return Promise.all(
      properties.map(async (property) => {
        const found = await sanity(property, async (changed) =>
          verdictOf(changed, await ask(questionOf(changed))),
        );
        done += 1;
        onDone(done, properties.length);
        return found;
      }),
    );
  });
  const rows = results.map(({ property, verdict, found, tried, vacuous }) => ({
    circuit: property.circuit,
    params: property.parameters,
    property: property.name,
    verdict: verdict.verdict,
    mistake_found: found ?? null,
    mistakes_tried: tried,
    vacuous: vacuous ?? null,
  }));
  print(flags.json ?? false, { rows }, () =>
    table(
      [
        { heading: "circuit", value: (row) => row.circuit },
        { heading: "property", value: (row) => row.property },
        { heading: "verdict", value: (row) => row.verdict },
        { heading: "a mistake that breaks it", value: (row) => row.mistake_found ?? "none found" },
        { heading: "tried", align: "right", value: (row) => String(row.mistakes_tried) },
        { heading: "says nothing because", value: (row) => row.vacuous ?? "" },
      ],
      rows,
    ),
  );
  if (!results.every(isSane)) process.exitCode = 1;
}

const isSane = ({ verdict, found }: Sanity): boolean =>
  verdict.verdict === "proved" && found !== undefined;
