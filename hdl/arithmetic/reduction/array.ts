import type { Bool } from "@chisel-ts/core";
import { addBits } from "../adder/bits.ts";
import type { Row } from "../rows.ts";

/** Row by row, as in an array multiplier: each is added to the sums and the carries of those before it. */
export function arrayReduction(rows: readonly Row[], width: number): readonly Row[] {
  const [first = [], second = [], ...others] = rows;
  return others.reduce<readonly Row[]>(
    (sum, row) => addRows(sum.concat([row]), width),
    [first, second],
  );
}

/** Three rows as two. */
function addRows(rows: readonly Row[], width: number): readonly Row[] {
  const sums: (Bool | undefined)[] = [];
  const carries: (Bool | undefined)[] = [undefined];
  for (let column = 0; column < width; column += 1) {
    const bits = rows.map((row) => row[column]).filter((bit) => bit !== undefined);
    const added = addBits(bits);
    sums.push(added?.sum ?? bits[0]);
    carries.push(added?.carry);
  }
  return [sums, carries.slice(0, width)];
}
