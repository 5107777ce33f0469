import type { Location } from "../location.ts";

/** `[7:0] ` with the space, nothing for one bit. */
export const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);

/** A sized literal: binary for one bit, decimal while a reader can take it in, else hexadecimal. */
export function literal(width: number, value: bigint): string {
  if (width === 1) return `1'b${value}`;
  return value < 1000n ? `${width}'d${value}` : `${width}'h${value.toString(16)}`;
}

/** Parentheses around anything but an identifier, a select of one, or the opposite of these. */
export const operand = (text: string): string =>
  /^!?\w+(\[[\d:]+\])?$/.test(text) ? text : `(${text})`;

/** A trailing comment. Line breaks become spaces, so that text of the source cannot leave the comment. */
export const comment = (text: string): string => `// ${text.replaceAll(/\s+/g, " ").trim()}`;

export const made = (location: Location): string => comment(location.toString());

export const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => (line === "" ? line : `  ${line}`));

/** Pads every column but the last to its widest cell; cells are joined without a space. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("")
      .trimEnd(),
  );
}
