import { at } from "@chisel-ts/core";
import type { EnergySource } from "./source.ts";

/** Where a sum of energies is from. Keys are those of the JSON. */
export interface EnergySum {
  /** The publications; of several it says that their processes and conditions differ. */
  readonly energy_source: string;
  readonly energy_node: string;
  /** `null` where not all have the same. */
  readonly energy_voltage: number | null;
  readonly energy_kind: EnergySource["kind"];
}

/** The publications of some energies, each once, without what is said of their use. */
export const publications = (rows: readonly EnergySource[]): string[] => [
  ...new Set(rows.map((row) => at(row.source.split(/[:;] /), 0))),
];

/** A sum is worked out, so it is derived, whatever it is of. */
export function sumOf(rows: readonly EnergySource[]): EnergySum {
  const names = publications(rows);
  const [voltage = null, ...others] = [...new Set(rows.map((row) => row.voltage))];
  return {
    energy_source: `sum over ${names.join(" and ")}${names.length > 1 ? ": several publications, whose processes and conditions differ" : ""}`,
    energy_node: [...new Set(rows.map((row) => row.node))].join("; "),
    energy_voltage: others.length > 0 ? null : voltage,
    energy_kind: "derived",
  };
}
