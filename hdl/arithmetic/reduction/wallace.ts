import type { Bool } from "@chisel-ts/core";
import { addBits } from "../adder/bits.ts";
import { type Columns, columnsOf, heightOf, type Row, rowsOf } from "../rows.ts";

/** Wallace, 1964: at every level, whatever adders the bits of each column fill, by threes and the rest by two. */
export function wallaceReduction(rows: readonly Row[], width: number): readonly Row[] {
  let columns = columnsOf(rows, width);
  while (heightOf(columns) > 2) columns = level(columns);
  return rowsOf(columns);
}

function level(columns: Columns): Columns {
  const next: Bool[][] = columns.map(() => []);
  columns.forEach((bits, column) => {
    for (let first = 0; first < bits.length; first += 3) {
      const group = bits.slice(first, first + 3);
      const added = addBits(group);
      next[column]?.push(...(added ? [added.sum] : group));
      if (added) next[column + 1]?.push(added.carry);
    }
  });
  return next;
}
