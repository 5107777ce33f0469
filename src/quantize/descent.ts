import { dots } from "./dots.ts";
import type { Rounding } from "./levels.ts";
import type { Rows } from "./rows.ts";

const SWEEPS = 20;

/**
 * Coordinate descent: moves each weight of some rows to the number of the grid that is best while all others stay, until none
 * moves or for 20 sweeps. The objective is a parabola along a coordinate, so that the nearest number to its lowest point is the best,
 * and no step makes it rise. A sweep goes through the columns, and at each through the rows, which share that row of H.
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
  for (let j = 0; j < n; j++)
    for (let row = 0; row < count; row += 4) {
      const together = Math.min(4, count - row);
      dots(hessian, j * n, errors, row * n, n, together, n, sums);
      for (let r = 0; r < together; r++) gradients[(row + r) * n + j] = sums[r] as number;
    }
  let moving = Array.from({ length: count }, (_, row) => row);
  for (let sweep = 0; sweep < SWEEPS && moving.length > 0; sweep++) {
    const moved = new Set<number>();
    for (let j = 0; j < n; j++) {
      const curvature = hessian[j * n + j] as number;
      if (curvature === 0) continue;
      for (const row of moving) {
        const place = row * n + j;
        const w = values[place] as number;
        const lowest = w + (gradients[place] as number) / curvature;
        const step = grid.nearest(lowest, first * n + place) - w;
        if (step === 0) continue;
        moved.add(row);
        values[place] = w + step;
        subtract(gradients, row * n, hessian, j * n, n, step);
      }
    }
    moving = moving.filter((row) => moved.has(row));
  }
}

/** Subtracts a row of H times a step from a gradient. */
function subtract(
  gradients: Float64Array,
  at: number,
  hessian: Float64Array,
  from: number,
  n: number,
  step: number,
): void {
  for (let k = 0; k < n; k++)
    gradients[at + k] = (gradients[at + k] as number) - step * (hessian[from + k] as number);
}
