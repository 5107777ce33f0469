import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import {
  bytesOfWeight,
  type Demand,
  type EnergySum,
  type Estimate,
  type EstimateFormat,
  estimate,
  estimateFormats,
  type Workload,
} from "../../accelerator/estimate/index.ts";
import { UsageError } from "../errors.ts";
import { count, type TableColumn, table } from "../output.ts";
import { type MachineFlags, machineOf } from "./machine.ts";
import { gates, joules, scaled } from "./text.ts";

/** One format of several, the same network on the same lanes and memory. Keys are those of the JSON. */
export interface FormatRow extends EnergySum {
  readonly format: EstimateFormat;
  /** Of the matrices. */
  readonly weight_bytes: number;
  readonly cycles_per_token: number;
  readonly tokens_per_s: number;
  readonly prefill_s: number;
  readonly bytes_per_token: number;
  readonly bound_by: string;
  readonly area_ge: number | null;
  readonly energy_per_token_j: number;
  readonly energy_least_j: number;
  readonly energy_most_j: number;
  readonly energy_sources: readonly string[];
  /** Nats a token over float, where it was evaluated; `null` elsewhere. */
  readonly loss_over_float: number | null;
}

const isFormat = (text: string): text is EstimateFormat =>
  estimateFormats.some((format) => format === text);

/** `rf8,int8`: some formats, each once. */
export function parseFormats(text: string): EstimateFormat[] {
  const found = text.split(",");
  if (!found.every(isFormat) || new Set(found).size < found.length)
    throw new InvalidArgumentError(`it must be some of ${estimateFormats.join(", ")}, each once.`);
  return found.filter(isFormat);
}

/** Loss over float of each format, the least of its roundings, of what `rf8 evaluate --json` wrote. */
export function lossesIn(file: string, activation: string): ReadonlyMap<string, number> {
  const fail = (problem: string): never => {
    throw new UsageError(`--evaluated ${file}: ${problem}`);
  };
  const parse = (): unknown => {
    const text = readFileSync(file, "utf8");
    try {
      return JSON.parse(text);
    } catch {
      return fail("is no JSON");
    }
  };
  const { rows } = (parse() ?? {}) as { readonly rows?: unknown };
  if (!Array.isArray(rows)) return fail("has no rows; it must be what rf8 evaluate --json writes");
  const losses = new Map<string, number>();
  for (const { format, activations, nll } of rows as Readonly<Record<string, unknown>>[]) {
    if (typeof format !== "string" || typeof nll !== "number" || typeof activations !== "string")
      return fail("has a row without format, activations and nll");
    const key = activations === "float" ? `${format} float` : format;
    if (activations !== activation && key !== "f32 float") continue;
    losses.set(key, Math.min(losses.get(key) ?? Number.POSITIVE_INFINITY, nll));
  }
  const float = losses.get("f32 float");
  if (float === undefined) return fail("has no row of float weights and activations");
  return new Map([...losses].map(([format, nll]) => [format, nll - float]));
}

export interface FormatEstimate {
  readonly row: FormatRow;
  readonly result: Estimate;
}

export function formatEstimates(
  workload: Workload,
  flags: MachineFlags & Demand,
  formats: readonly EstimateFormat[],
  losses: ReadonlyMap<string, number>,
): FormatEstimate[] {
  const weights = workload.matrices.reduce(
    (sum, { count: times, rows, columns }) => sum + times * rows * columns,
    0,
  );
  return formats.map((format) => {
    const result = estimate(workload, machineOf(flags, format), flags);
    const { decode, prefill } = result;
    const each = (figure: number): number => figure / decode.tokens;
    const stored = format === "rf8" ? flags.bits / 8 : bytesOfWeight(format);
    const row: FormatRow = {
      format,
      weight_bytes: weights * stored,
      cycles_per_token: each(decode.cycles),
      tokens_per_s: decode.tokens_per_s,
      prefill_s: prefill.time_s,
      bytes_per_token: each(decode.bytes),
      bound_by: decode.bound_by,
      area_ge: decode.area_ge,
      energy_per_token_j: each(decode.energy_j),
      energy_least_j: each(decode.energy_least_j),
      energy_most_j: each(decode.energy_most_j),
      energy_sources: decode.energy_sources,
      energy_source: decode.energy_source,
      energy_node: decode.energy_node,
      energy_voltage: decode.energy_voltage,
      energy_kind: decode.energy_kind,
      loss_over_float: losses.get(format) ?? null,
    };
    return { row, result };
  });
}

/** What is in none of the rows, or not in all. */
export const notModelledIn = (found: readonly FormatEstimate[]): string[] => [
  ...new Set(found.flatMap(({ result }) => result.not_modelled)),
];

export function formatReport(found: readonly FormatEstimate[]): string {
  const right = (heading: string, value: (row: FormatRow) => string): TableColumn<FormatRow> => ({
    heading,
    align: "right",
    value,
  });
  const columns: readonly TableColumn<FormatRow>[] = [
    { heading: "format", value: (row) => row.format },
    right("weights", (row) => scaled(row.weight_bytes, "B")),
    right("cycles a token", (row) => count(Math.round(row.cycles_per_token))),
    right("tokens/s", (row) => row.tokens_per_s.toPrecision(3)),
    right("prefill", (row) => `${row.prefill_s.toPrecision(3)} s`),
    { heading: "bound by", value: (row) => row.bound_by },
    right("area GE", (row) => gates(row.area_ge)),
    {
      heading: "energy a token",
      value: (row) =>
        `${joules(row.energy_per_token_j)} (${joules(row.energy_least_j)} to ${joules(row.energy_most_j)})`,
    },
    right("loss over float", (row) => row.loss_over_float?.toFixed(4) ?? "-"),
  ];
  const rows = found.map(({ row }) => row);
  const sources = [...new Set(rows.flatMap((row) => row.energy_sources))];
  return `${table(columns, rows)}

Energy is a sum over ${sources.join(" and ")}${sources.length > 1 ? ": a sum over several publications, whose processes and conditions differ" : ""}.
Area: of rows synthesized in each format; a streaming array's in other formats than RF8 by the ratio of MACs; none of BF16 and INT4 is written here.
Not modelled: ${notModelledIn(found).join("; ")}.`;
}
