import { dots } from "./dots.ts";
import type { Rounding } from "./levels.ts";
import type { Rows } from "./rows.ts";

const SWEEPS = 20;

/**
 * Coordinate descent: moves each weight of up to four rows to the number of the grid that is best while all others stay, until none
 * moves or for 20 sweeps. The objective is a parabola along a coordinate, so that the nearest number to its lowest point is the best,
 * and no step makes it rise.
 *
 * @param values W of the grid, `count` rows one after the other; changed
 * @param hessian n × n, undamped
 */
export function descend(
  { columns: n, weights }: Rows,
  first: number,
  count: number,
  hessian: Float64Array,
  grid: Rounding,
  values: Float64Array,
): void {
  const errors = values.map((w, i) => (weights[first * n + i] as number) - w);
  const gradients = new Float64Array(count * n);
  const sums = new Float64Array(4);
  for (let j = 0; j < n; j++) {
    dots(hessian, j * n, errors, 0, n, count, n, sums);
    for (let r = 0; r < count; r++) gradients[r * n + j] = sums[r] as number;
  }
  for (let r = 0; r < count; r++) {
    const row = values.subarray(r * n, (r + 1) * n);
    const gradient = gradients.subarray(r * n, (r + 1) * n);
    for (let sweep = 0; sweep < SWEEPS; sweep++)
      if (!improve(row, gradient, hessian, grid, (first + r) * n)) break;
  }
}

/** One sweep over a row. @param start place of its first weight. @returns whether anything moved */
function improve(
  row: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
  grid: Rounding,
  start: number,
): boolean {
  const n = row.length;
  let moved = false;
  for (let j = 0; j < n; j++) {
    const curvature = hessian[j * n + j] as number;
    if (curvature === 0) continue;
    const w = row[j] as number;
    const step = grid.nearest(w + (gradient[j] as number) / curvature, start + j) - w;
    if (step === 0) continue;
    moved = true;
    row[j] = w + step;
    for (let k = 0; k < n; k++)
      gradient[k] = (gradient[k] as number) - step * (hessian[j * n + k] as number);
  }
  return moved;
}
