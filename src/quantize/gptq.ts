import { dots } from "./dots.ts";
import type { Feedback } from "./feedback.ts";
import type { Rounding } from "./levels.ts";
import type { Rows } from "./rows.ts";

/**
 * Rounds up to four rows column by column, in the order of the feedback; each column also takes what the errors of the
 * columns before it ask for.
 *
 * @param first the row to begin with
 * @param count rows, 1 to 4
 * @param out numbers of the grid, `count` rows one after the other
 */
export function gptq(
  { columns: n, weights }: Rows,
  first: number,
  count: number,
  { order, gains }: Feedback,
  grid: Rounding,
  out: Float64Array,
): void {
  const errors = new Float64Array(count * n);
  const sums = new Float64Array(4);
  for (let i = 0; i < n; i++) {
    dots(gains, i * n, errors, 0, n, count, i, sums);
    const column = order[i] as number;
    for (let r = 0; r < count; r++) {
      const place = (first + r) * n + column;
      const weight = weights[place] as number;
      const w = grid.nearest(weight + (sums[r] as number), place);
      out[r * n + column] = w;
      errors[r * n + i] = weight - w;
    }
  }
}
