import {
  type Demand,
  type EstimateFormat,
  estimatePoints,
  type PointEstimate,
  paretoFront,
  type Sweep,
  type Workload,
} from "../../accelerator/estimate/index.ts";
import { estimation, pointGroups } from "../../accelerator/estimate/points.ts";
import { UsageError } from "../errors.ts";
import { type FarmFlags, farmed, withoutFarm } from "../farm-options.ts";
import { count, type TableColumn, table } from "../output.ts";
import type { SweepPoint } from "../sweep.ts";
import { type MachineFlags, machineOf } from "./machine.ts";
import { gates, joules } from "./text.ts";

/** A point of a sweep. Keys are those of the JSON. */
export interface SweepRow extends PointEstimate {
  readonly lanes: number;
  readonly rows: number;
  readonly bandwidth: number;
  /** Where they are swept. */
  readonly context?: number;
  readonly batch?: number;
  readonly pareto: boolean;
}

/** @throws UsageError for machines that cannot be; WorkError, WorkCancelled, FarmError. */
export async function sweepRows(
  workload: Workload,
  flags: MachineFlags & Demand & FarmFlags,
  format: EstimateFormat,
  points: readonly SweepPoint[],
): Promise<SweepRow[]> {
  const machines = points.map((point) => machineOf({ ...flags, ...point }, format));
  const [machine] = machines;
  if (!machine) return [];
  const sweep: Sweep = {
    workload,
    machine,
    points: machines.map(({ accelerator: { lanes, rows }, memory }, at) => {
      const { context, batch } = { ...flags, ...points[at] };
      return { lanes, rows, memory, context, batch };
    }),
  };
  const estimates = await estimated(sweep, flags);
  const found = machines.flatMap(({ accelerator, memory }, at): Omit<SweepRow, "pareto">[] => {
    const estimate = estimates[at];
    if (!estimate) return [];
    const { context, batch } = points[at] ?? {};
    return [
      {
        lanes: accelerator.lanes,
        rows: accelerator.rows,
        bandwidth: memory.bandwidth,
        ...(context !== undefined && { context }),
        ...(batch !== undefined && { batch }),
        ...estimate,
      },
    ];
  });
  const front = paretoFront(found, [
    (row) => row.area_ge ?? 0,
    (row) => row.cycles_per_token,
    (row) => row.energy_per_token_j,
    (row) => row.bandwidth,
  ]);
  return found.map((row, i) => ({ ...row, pareto: front[i] ?? false }));
}

/** Closed forms take less than a thread's start: they go elsewhere only where a flag says so. */
async function estimated(sweep: Sweep, flags: FarmFlags): Promise<readonly PointEstimate[]> {
  if (withoutFarm(flags).farm === undefined) return estimatePoints(sweep);
  const answers = await farmed(flags, estimation, pointGroups(sweep), {
    unit: "groups of machines",
  });
  return answers.flatMap((answer) => {
    if ("lost" in answer) throw new UsageError(`there is no Pareto front: ${answer.lost}`);
    return answer.result;
  });
}

export function sweepReport(rows: readonly SweepRow[], notModelled: readonly string[]): string {
  const [first] = rows;
  const right = (heading: string, value: (row: SweepRow) => string): TableColumn<SweepRow> => ({
    heading,
    align: "right",
    value,
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
  return `${table(columns, rows)}\n\n*: no other point is better in area, cycles, energy or bandwidth and as good in the rest.
Energy: ${first?.energy_source ?? ""}.
Not modelled: ${notModelled.join("; ")}.`;
}
