import { dots } from "./dots.ts";
import type { Feedback } from "./feedback.ts";
import type { Rounding } from "./levels.ts";
import type { Rows } from "./rows.ts";

/** Columns that are rounded before their errors are carried over to all later ones. */
const WIDTH = 64;

/**
 * Rounds rows column by column, in the order of the feedback; each column also takes what the errors of the columns before it ask for.
 * Those of earlier blocks of columns are added for all rows together, so that the gains are read once for as many rows as are given.
 *
 * @param first the row to begin with
 * @param count rows
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
  const carried = new Float64Array(count * WIDTH);
  const sums = new Float64Array(4);
  for (let begin = 0; begin < n; begin += WIDTH) {
    const end = Math.min(n, begin + WIDTH);
    for (let i = begin; i < end; i++)
      for (let row = 0; row < count; row += 4) {
        const together = Math.min(4, count - row);
        dots(gains, i * n, errors, row * n, n, together, begin, sums);
        for (let r = 0; r < together; r++)
          carried[(row + r) * WIDTH + i - begin] = sums[r] as number;
      }
    for (let i = begin; i < end; i++) {
      const column = order[i] as number;
      for (let row = 0; row < count; row += 4) {
        const together = Math.min(4, count - row);
        dots(gains, i * n + begin, errors, row * n + begin, n, together, i - begin, sums);
        for (let r = 0; r < together; r++) {
          const place = (first + row + r) * n + column;
          const weight = weights[place] as number;
          const shift = (carried[(row + r) * WIDTH + i - begin] as number) + (sums[r] as number);
          const w = grid.nearest(weight + shift, place);
          out[(row + r) * n + column] = w;
          errors[(row + r) * n + i] = weight - w;
        }
      }
    }
  }
}
