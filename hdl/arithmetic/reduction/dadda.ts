import type { Bool } from "@chisel-ts/core";
import { addBits } from "../adder/bits.ts";
import { type Columns, columnsOf, heightOf, type Row, rowsOf } from "../rows.ts";

/**
 * Dadda, 1965: as few levels as Wallace's tree, and at each only the adders without which a column would have more
 * bits than the levels behind it can take: 2, 3, 4, 6, 9, …, counted from the last.
 */
export function daddaReduction(rows: readonly Row[], width: number): readonly Row[] {
  const columns = columnsOf(rows, width);
  return rowsOf(limits(heightOf(columns)).reduce(level, columns));
}

/** What a column may keep at each level, the first level first. */
function limits(height: number): number[] {
  const found = [2];
  for (let next = 3; next < height; next = Math.floor(1.5 * next)) found.unshift(next);
  return found;
}

function level(columns: Columns, maximum: number): Columns {
  let carries: readonly Bool[] = [];
  return columns.map((column) => {
    const [bits, sums, next] = [[...column], [] as Bool[], [] as Bool[]];
    const carriesIn = carries;
    for (;;) {
      const excess = bits.length + sums.length + carriesIn.length - maximum;
      const added = excess > 0 ? addBits(bits.splice(0, excess === 1 ? 2 : 3)) : undefined;
      if (!added) break;
      sums.push(added.sum);
      next.push(added.carry);
    }
    carries = next;
    return [...bits, ...sums, ...carriesIn];
  });
}
