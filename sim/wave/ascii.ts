import type { Column, Columns } from "../column.ts";

/** A row of a wave: a label and one value a cycle. */
export interface WaveRow {
  readonly label: string;
  readonly values: readonly string[];
}

/** The cycles `from` to `to` (excluded) of columns, one row each. */
export const rowsOf = (columns: Columns, from: number, to: number, suffix = ""): WaveRow[] =>
  Object.entries(columns).map(([name, column]) => ({
    label: `${name}${suffix}`,
    values: Array.from({ length: to - from }, (_, i) => text(column, from + i)),
  }));

const text = (column: Column, cycle: number): string => String(column[cycle] ?? "");

/** Rows as aligned text with the cycle numbers above; a value is written where it changes. */
export function asciiWave(rows: readonly WaveRow[], from: number): string {
  const cycles = Math.max(0, ...rows.map((row) => row.values.length));
  const head: WaveRow = {
    label: "cycle",
    values: Array.from({ length: cycles }, (_, i) => String(from + i)),
  };
  const label = Math.max(...[head, ...rows].map((row) => row.label.length));
  const widths = head.values.map((_, i) =>
    Math.max(...[head, ...rows].map((row) => row.values[i]?.length ?? 0)),
  );
  return [head, ...rows]
    .map(({ label: name, values }, index) => {
      const shown = values.map((value, i) => {
        const same = index > 0 && i > 0 && value === values[i - 1];
        return (same ? "·" : value).padStart(widths[i] ?? 0);
      });
      return `${name.padEnd(label)}  ${shown.join("  ")}`;
    })
    .join("\n");
}
