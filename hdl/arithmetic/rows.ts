import { type Bool, bool, concat, literal, type SInt } from "@chisel-ts/core";

/** Bits of a number that is never negative, the least significant first; a bit that is absent is 0. */
export type Row = readonly (Bool | undefined)[];

/** A sum that is still to be taken: of rows, and of a constant, which a signed number needs for its sign. */
export interface Addends {
  readonly rows: readonly Row[];
  readonly constant: bigint;
}

/** The bits of all rows by what they count: those of column i count 2^i. */
export type Columns = readonly (readonly Bool[])[];

export const columnsOf = (rows: readonly Row[], width: number): Columns =>
  Array.from({ length: width }, (_, column) =>
    rows.map((row) => row[column]).filter((bit) => bit !== undefined),
  );

/** As many rows as the highest column has bits. */
export const rowsOf = (columns: Columns): readonly Row[] =>
  Array.from({ length: heightOf(columns) }, (_, row) => columns.map((column) => column[row]));

export const heightOf = (columns: Columns): number =>
  Math.max(0, ...columns.map((column) => column.length));

/** So many places without a bit. */
export const zeros = (count: number): Row => Array.from({ length: count }, () => undefined);

/** The rows and one more bit, in the first row that has none there, or in a new one. */
export function withBit(rows: readonly Row[], column: number, bit: Bool): readonly Row[] {
  const free = rows.findIndex((row) => row[column] === undefined);
  const at = free < 0 ? rows.length : free;
  const row = [...(rows.at(at) ?? [])];
  row.push(...zeros(column - row.length));
  row[column] = bit;
  return [...rows.slice(0, at), row, ...rows.slice(at + 1)];
}

/** The constant put among the rows, modulo 2^width. */
export function withConstant({ rows, constant }: Addends, width: number): readonly Row[] {
  const bits = BigInt.asUintN(width, constant).toString(2).padStart(width, "0");
  const ones = [...bits].toReversed().flatMap((bit, column) => (bit === "1" ? [column] : []));
  return ones.reduce((all, column) => withBit(all, column, literal(bool(), true)), rows);
}

/** A row as a number of so many bits. */
export function numberOf(row: Row, width: number): SInt {
  const no = literal(bool(), false);
  const [top = no, ...others] = Array.from(
    { length: width },
    (_, index) => row[width - 1 - index] ?? no,
  );
  return concat(top, ...others).asSInt();
}
