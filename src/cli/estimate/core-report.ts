import type { CoreEstimate, CorePhase } from "../../accelerator/estimate/index.ts";
import { count, seconds, type TableColumn, table } from "../output.ts";
import { percent, scaled } from "./text.ts";

type NamedPhase = CorePhase & { readonly phase: string };

const cycles = (heading: string, of: (row: NamedPhase) => number): TableColumn<NamedPhase> => ({
  heading,
  align: "right",
  value: (row) => scaled(of(row), ""),
});

const columns: readonly TableColumn<NamedPhase>[] = [
  { heading: "decoder core", value: (row) => row.phase },
  { heading: "tokens", align: "right", value: (row) => count(row.tokens) },
  cycles("cycles", (row) => row.cycles),
  cycles("products", (row) => row.product_cycles),
  cycles("vectors", (row) => row.vector_cycles),
  cycles("memory", (row) => row.memory_cycles),
  cycles("sequencing", (row) => row.sequencing_cycles),
  { heading: "of it products", align: "right", value: (row) => percent(row.product_share) },
  { heading: "time", align: "right", value: (row) => seconds(row.time_s) },
  { heading: "tokens/s", align: "right", value: (row) => row.tokens_per_s.toPrecision(3) },
];

/** The whole network on the decoder core, for people. @param core a sentence where the core does not have the network */
export function coreReport(core: CoreEstimate | string): string {
  if (typeof core === "string") return `No estimate of the decoder core. ${core}.`;
  const { lanes, vector_lanes, batch, bandwidth, prefill, decode, not_modelled } = core;
  const shared =
    batch === 1
      ? "every token has a pass over the weights"
      : `${batch} tokens share each pass over the weights`;
  return `${table(columns, [
    { phase: "prefill", ...prefill },
    { phase: "decode", ...decode },
  ])}

The whole network on the decoder core, nothing left to a host: ${lanes} lanes, ${vector_lanes} vector lanes; ${shared}; ${bandwidth} bytes a cycle; cycles equal to the circuit's counters. Not modelled: ${not_modelled.join("; ")}.`;
}
