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

/**
 * A trailing comment in ASCII on one line, so that text of the source cannot leave it. Tools take a comment
 * that begins with one of their names for a directive; such a one begins with a dash.
 */
export const comment = (text: string): string => commentRow(text.replaceAll(/\s+/g, " ").trim());

/** The same, with the spaces of a table kept. */
export function commentRow(text: string): string {
  const words = ascii(text.replaceAll(/\s/g, " "));
  return `// ${directive.test(words) ? "- " : ""}${words}`;
}

/** First words of comments that some tool obeys. */
const directive = new RegExp(
  `^[^a-z0-9]*(${[
    "verilator|verilog|synopsys|synthesis|synth|cadence|ambit|exemplar|mentor|synplify|synplicity",
    "altera|intel|quartus|xilinx|amd|vivado|xst|lattice|pragma|translate|rtl|coverage|lint|nolint",
    "leda|spyglass|ascent|hal|vcs|verdi|novas|modelsim|questa|riviera|jasper|conformal|verplex",
    "formality|tessent|psl|sva|ovl|assert|infer|attribute|full_case|parallel_case|keep|public",
    "yosys|icarus|iverilog|ivl|slang|surelog|verible|svlint|auto|emacs|vim|local",
  ].join("|")})(?![a-z])`,
  "i",
);

/** Signs that descriptions of circuits like, in ASCII; the rest lose their accents or become `?`. */
const signs: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "×": "x",
  "·": "*",
  "÷": "/",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "±": "+-",
  "→": "->",
  "←": "<-",
  "⇒": "=>",
  "…": "...",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "«": '"',
  "»": '"',
  ß: "ss",
  µ: "u",
  "°": " deg",
};

const ascii = (text: string): string =>
  [...text]
    .map((sign) => signs[sign] ?? sign)
    .join("")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\s\x20-\x7e]/gu, "?")
    // A backslash at the end would continue the line in some preprocessors.
    .replace(/\\+\s*$/, "/");

export const made = (location: Location): string => comment(location.toString());

export const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => (line === "" ? line : `  ${line}`));

/** Pads every column but the last to its widest cell; cells are joined without a space. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths.at(i) ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths.at(i) ?? 0))
      .join("")
      .trimEnd(),
  );
}
