import { Grid } from "./grid.ts";
import { objectives } from "./objective.ts";
import { rowScale } from "./row-scale.ts";
import type { Method, Solver } from "./solver.ts";

/** A matrix whose codes are chosen: what all its rows share. */
export interface RowsTask {
  /** Row by row. */
  readonly weights: Float64Array;
  readonly columns: number;
  /** The value of W = 1 at a factor of 1. */
  readonly unit: number;
  readonly method: Method;
  readonly scale: "none" | "row";
  readonly palette?: readonly number[];
}

/** What became of each row, in memory that may be shared. */
export interface RowResults {
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
  /** Σ e · H · eᵀ of the chosen codes, of the nearest ones with one max bias, and Σ w · H · wᵀ. */
  readonly error: Float64Array;
  readonly errorNearest: Float64Array;
  readonly signal: Float64Array;
  /** Three a row: codes that are not the nearest, weights beyond the largest magnitude, weights that became zero. */
  readonly counts: Int32Array;
}

/** @param memory of so many bytes, all zero */
export function rowResults(
  rows: number,
  columns: number,
  memory: (bytes: number) => ArrayBufferLike,
): RowResults {
  return {
    codes: new Uint8Array(memory(rows * columns)),
    scales: new Float32Array(memory(4 * rows)).fill(1),
    error: new Float64Array(memory(8 * rows)),
    errorNearest: new Float64Array(memory(8 * rows)),
    signal: new Float64Array(memory(8 * rows)),
    counts: new Int32Array(memory(12 * rows)),
  };
}

const whole = new Grid();

/** Chooses the codes of the rows from `first` to before `end`. */
export function quantizeRows(
  { weights, columns: n, unit, method, scale, palette }: RowsTask,
  solver: Solver,
  { first, end }: { readonly first: number; readonly end: number },
  out: RowResults,
): void {
  const { hessian } = solver;
  const grid = new Grid(palette);
  const own = weights.subarray(first * n, end * n);
  const scales = out.scales.subarray(first, end);
  if (scale === "row")
    for (let r = 0; r < scales.length; r++)
      scales[r] = rowScale(own.subarray(r * n, (r + 1) * n), unit, grid, hessian);
  const stepOf = (row: number): number => (scales[row] as number) * unit;
  const scaled = own.map((weight, i) => weight / stepOf(Math.floor(i / n)));
  const rows = { count: end - first, columns: n, weights: scaled };
  const { values, objective } = solver.round(rows, grid, method);
  objective.forEach((cost, r) => {
    out.error[first + r] = cost * stepOf(r) ** 2;
  });
  const plain = own.map((weight) => weight - whole.nearest(weight / unit) * unit);
  out.errorNearest.set(objectives(plain, hessian, n), first);
  out.signal.set(objectives(own, hessian, n), first);
  const counts = out.counts.subarray(3 * first, 3 * end);
  const add = (place: number): void => {
    counts[place] = (counts[place] as number) + 1;
  };
  values.forEach((value, i) => {
    out.codes[first * n + i] = grid.code(value);
    const weight = scaled[i] as number;
    const place = 3 * Math.floor(i / n);
    if (value !== grid.nearest(weight)) add(place);
    if (Math.abs(weight) > grid.maximum) add(place + 1);
    if (value === 0 && weight !== 0) add(place + 2);
  });
}
