import { Grid } from "./grid.ts";
import type { Levels } from "./levels.ts";
import { objectives } from "./objective.ts";
import { largest } from "./rows.ts";

/** Factors that are tried: an octave in steps of 1/64. */
const STEPS = 64;
/** The largest factor puts the row's largest weight so far below the largest magnitude, in octaves. */
const HEADROOM = 16;
/** The smallest normal float32. */
const MIN_FACTOR = 2 ** -126;

/**
 * The real factor of a row at which its nearest codes have the smallest e · H · eᵀ, ties to the larger factor. All of RF8's grid repeats
 * from octave to octave, so that the octave below the power of two that just holds the row has every place of the grid; a palette
 * does not, and its octave begins a quarter above the factor that puts the row's largest weight on the largest magnitude.
 *
 * @param weights of the row
 * @param unit the value of W = 1 at a factor of 1
 * @returns a factor that float32 holds
 */
export function rowScale(
  weights: Float64Array,
  unit: number,
  grid: Levels,
  hessian: Float64Array,
): number {
  const n = weights.length;
  const maximum = largest(weights);
  if (maximum === 0) return 1;
  const fit = Math.log2(maximum / grid.maximum / unit);
  const top = grid instanceof Grid && grid.isWhole ? Math.ceil(fit) : fit + HEADROOM / STEPS;
  const factors = Array.from({ length: STEPS }, (_, k) =>
    Math.max(MIN_FACTOR, Math.fround(2 ** (top - k / STEPS))),
  );
  const errors = new Float64Array(STEPS * n);
  factors.forEach((factor, k) => {
    const step = factor * unit;
    for (let j = 0; j < n; j++) {
      const weight = weights[j] as number;
      errors[k * n + j] = weight - grid.nearest(weight / step) * step;
    }
  });
  let [best, smallest] = [1, Number.POSITIVE_INFINITY];
  objectives(errors, hessian, n).forEach((objective, k) => {
    if (objective >= smallest) return;
    smallest = objective;
    best = factors[k] as number;
  });
  return best;
}
