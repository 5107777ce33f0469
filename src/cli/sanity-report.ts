import { type Property, type Sanity, sanity } from "../../formal/index.ts";
import { print, progress, table } from "./output.ts";

/** Shows of each property whether its proof could have failed; exit code 1 where one could not. */
export async function reportSanity(properties: readonly Property[], json: boolean): Promise<void> {
  const bar = progress("properties");
  let done = 0;
  const all = properties.map(async (property) => {
    const found = await sanity(property);
    done += 1;
    bar.update(done, properties.length, property.circuit);
    return found;
  });
  const results = await Promise.all(all).finally(() => bar.stop());
  const rows = results.map(({ property, verdict, found, tried, vacuous }) => ({
    circuit: property.circuit,
    params: property.parameters,
    property: property.name,
    verdict: verdict.verdict,
    mistake_found: found ?? null,
    mistakes_tried: tried,
    vacuous: vacuous ?? null,
  }));
  print(json, { rows }, () =>
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
