import {
  type Demand,
  type EstimateFormat,
  estimate,
  paretoFront,
  type Workload,
} from "../../accelerator/estimate/index.ts";
import { count, type TableColumn, table } from "../output.ts";
import type { SweepPoint } from "../sweep.ts";
import { type MachineFlags, machineOf } from "./machine.ts";
import { gates, joules } from "./text.ts";

/** A point of a sweep. Keys are those of the JSON. */
export interface SweepRow {
  readonly lanes: number;
  readonly rows: number;
  readonly bandwidth: number;
  /** Where they are swept. */
  readonly context?: number;
  readonly batch?: number;
  readonly area_ge: number | null;
  readonly cycles_per_token: number;
  readonly tokens_per_s: number;
  readonly energy_per_token_j: number;
  readonly bound_by: string;
  readonly pareto: boolean;
}

export function sweepRows(
  workload: Workload,
  flags: MachineFlags & Demand,
  format: EstimateFormat,
  points: readonly SweepPoint[],
): SweepRow[] {
  const found = points.map((point): Omit<SweepRow, "pareto"> => {
    const machine = machineOf({ ...flags, ...point }, format);
    const { context, batch } = point;
    const { decode } = estimate(workload, machine, { ...flags, ...point });
    return {
      ...{ lanes: machine.accelerator.lanes, rows: machine.accelerator.rows },
      bandwidth: machine.memory.bandwidth,
      ...(context !== undefined && { context }),
      ...(batch !== undefined && { batch }),
      ...{ area_ge: decode.area_ge, cycles_per_token: decode.cycles / decode.tokens },
      ...{ tokens_per_s: decode.tokens_per_s, energy_per_token_j: decode.energy_j / decode.tokens },
      bound_by: decode.bound_by,
    };
  });
  const front = paretoFront(found, [
    (row) => row.area_ge ?? 0,
    (row) => row.cycles_per_token,
    (row) => row.energy_per_token_j,
    (row) => row.bandwidth,
  ]);
  return found.map((row, i) => ({ ...row, pareto: front[i] ?? false }));
}

export function sweepReport(rows: readonly SweepRow[]): string {
  const [first] = rows;
  const right = (heading: string, value: (row: SweepRow) => string): TableColumn<SweepRow> => ({
    ...{ heading, align: "right", value },
  });
  const columns: readonly TableColumn<SweepRow>[] = [
    right("lanes", (row) => String(row.lanes)),
    right("rows", (row) => String(row.rows)),
    right("bytes a cycle", (row) => String(row.bandwidth)),
    ...(first?.context === undefined ? [] : [right("context", (row) => count(row.context ?? 0))]),
    ...(first?.batch === undefined ? [] : [right("batch", (row) => count(row.batch ?? 0))]),
    right("area GE", (row) => gates(row.area_ge)),
    right("cycles a token", (row) => count(Math.round(row.cycles_per_token))),
    right("tokens/s", (row) => row.tokens_per_s.toPrecision(3)),
    right("energy a token", (row) => joules(row.energy_per_token_j)),
    { heading: "bound by", value: (row) => row.bound_by },
    { heading: "front", value: (row) => (row.pareto ? "*" : "") },
  ];
  return `${table(columns, rows)}\n\n*: no other point is better in area, cycles, energy or bandwidth and as good in the rest.`;
}
