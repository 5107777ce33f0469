import type {
  Demand,
  Estimate,
  LayerEstimate,
  Machine,
  PhaseEstimate,
} from "../../accelerator/estimate/index.ts";
import type { Footprint } from "../../network/index.ts";
import { count, seconds, type TableColumn, table } from "../output.ts";
import { gates, joules, percent, scaled } from "./text.ts";

const layerColumns: readonly TableColumn<LayerEstimate>[] = [
  { heading: "matrices", value: (row) => `${row.count} × ${row.layer}` },
  { heading: "shape", value: (row) => `${row.rows}×${row.columns}` },
  { heading: "cycles a token", align: "right", value: (row) => count(row.cycles) },
  { heading: "no weights", align: "right", value: (row) => count(row.weight_wait) },
  { heading: "utilisation", align: "right", value: (row) => percent(row.utilisation) },
  { heading: "weights", align: "right", value: (row) => scaled(row.bytes, "B") },
  { heading: "energy", align: "right", value: (row) => joules(row.energy_j) },
];

type NamedPhase = PhaseEstimate & { readonly phase: string };

const phaseColumns: readonly TableColumn<NamedPhase>[] = [
  { heading: "phase", value: (row) => row.phase },
  { heading: "tokens", align: "right", value: (row) => count(row.tokens) },
  { heading: "cycles", align: "right", value: (row) => scaled(row.cycles, "") },
  { heading: "time", align: "right", value: (row) => seconds(row.time_s) },
  { heading: "tokens/s", align: "right", value: (row) => row.tokens_per_s.toPrecision(3) },
  { heading: "traffic", align: "right", value: (row) => scaled(row.bytes, "B") },
  { heading: "of it cache", align: "right", value: (row) => scaled(row.kv_bytes, "B") },
  { heading: "utilisation", align: "right", value: (row) => percent(row.utilisation) },
  { heading: "of the roof", align: "right", value: (row) => percent(row.of_roof) },
  { heading: "bound by", value: (row) => row.bound_by },
  {
    heading: "energy",
    value: (row) =>
      `${joules(row.energy_j)} (${joules(row.energy_least_j)} to ${joules(row.energy_most_j)})`,
  },
];

/** An estimate of one machine, for people. */
/** Such as `8,030,261,248 parameters, 16.1 GB as they are stored, 8.03 GB in RF8`, and a line's end. */
function sizeLine({ parameters, stored_bytes, rf8_bytes }: Footprint): string {
  const bytes =
    stored_bytes === null || rf8_bytes === null
      ? ""
      : `, ${scaled(stored_bytes, "B")} as they are stored, ${scaled(rf8_bytes, "B")} in RF8`;
  return `${count(parameters)} parameters${bytes}.\n`;
}

export function estimateReport(
  result: Estimate,
  { accelerator, memory }: Machine,
  footprint: Footprint | undefined,
  flags: Demand & { readonly clock: number },
): string {
  const phases: NamedPhase[] = [
    { phase: "prefill", ...result.prefill },
    { phase: "decode", ...result.decode },
  ];
  const energy = table(
    [
      { heading: "energy of a decode", value: (row: PhaseEstimate["energy"][number]) => row.what },
      { heading: "operations", align: "right", value: (row) => scaled(row.operations, "") },
      { heading: "pJ each", align: "right", value: (row) => row.pj_each.toPrecision(3) },
      { heading: "energy", align: "right", value: (row) => joules(row.energy_j) },
      { heading: "", value: (row) => row.kind },
      { heading: "node", value: (row) => row.node },
      { heading: "where the figure is from", value: (row) => row.source },
    ],
    result.decode.energy,
  );
  const { decode } = result;
  return `${table(layerColumns, result.layers)}

${table(phaseColumns, phases)}

${energy}

${footprint ? sizeLine(footprint) : ""}${accelerator.rows} × ${accelerator.lanes} lanes, ${accelerator.activation}, ${flags.clock} MHz; memory ${memory.bandwidth} bytes a cycle, latency ${memory.latency}; context ${count(flags.context)}, batch ${flags.batch}.
Area: accelerator ${gates(result.area.ge)} GE (${result.area.provenance});
array of ${accelerator.lanes} × ${accelerator.rows} elements ${gates(result.array_area.ge)} GE (${result.array_area.provenance}).
Cycles: closed form, equal to the RTL's counters; a decode has ${count(decode.accelerator_cycles)} of the accelerator, ${count(decode.register_cycles)} of register writes, ${count(decode.kv_cycles)} of cache traffic.
Roof: ${decode.macs_per_byte.toPrecision(3)} products a byte. The decode is the ${decode.unit}'s: ${decode.unit === "array" ? "it loads the weights once for the batch" : "every sequence streams all weights"}; a prefill loads them once, on the array.
Energy is a sum over ${decode.energy_sources.join(" and ")}${decode.energy_sources.length > 1 ? ": a sum over several publications, whose processes and conditions differ" : ""}.
Not modelled: ${result.not_modelled.join("; ")}.`;
}
