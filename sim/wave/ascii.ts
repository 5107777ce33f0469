// Draws a wave as text for a terminal.

import { at } from "@chisel-ts/core";
import type { Column, Columns } from "../column.ts";
import { checkWave, isLevel, unknownAt, type Wave } from "./wave.ts";

/** A row of a wave: a label and one value a cycle. */
export interface WaveRow {
  readonly label: string;
  readonly values: readonly string[];
  /** Whether the values are one bit, drawn as a line: 0 low, x unknown, anything else high. */
  readonly level?: boolean;
}

/** The cycles `from` to `to` (excluded) of columns, whose types are not known: one row of values each. */
export const rowsOf = (columns: Columns, from: number, to: number, suffix = ""): WaveRow[] =>
  Object.entries(columns).map(([name, column]) => ({
    label: `${name}${suffix}`,
    values: texts(column, from, to),
  }));

/**
 * The rows of a wave: levels for signals of one bit, values for wider ones.
 *
 * @throws RangeError as `checkWave`.
 *
 * @example
 * const { dut, wave } = record(engines.wasm, mac(), ["enable"]);
 * dut.step(2);
 * console.log(rowsOfWave(wave()).length); // 1
 */
export function rowsOfWave(wave: Wave): WaveRow[] {
  checkWave(wave);
  return wave.signals.map((signal) => ({
    label: signal.name,
    values: texts(signal.column, 0, wave.cycles).map((text, i) =>
      unknownAt(signal, i) === 0n ? text : "x",
    ),
    level: isLevel(signal.type),
  }));
}

const texts = (column: Column, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => String(column.at(from + i) ?? ""));

/**
 * Rows as aligned text with the cycle numbers above. A value is written where it changes; a level is a line,
 * `_` low, `~` high and `x` unknown, that steps before the cycle it changes in.
 *
 * @example
 * const { dut, wave } = record(engines.wasm, mac(), ["enable"]);
 * dut.step(2);
 * console.log(asciiWave(rowsOfWave(wave()), 0).includes("enable")); // true
 */
export function asciiWave(rows: readonly WaveRow[], from: number): string {
  if (!Array.isArray(rows) || !Number.isSafeInteger(from))
    throw new RangeError("rows and the first cycle are needed: asciiWave(rowsOfWave(wave), 0)");
  const cycles = Math.max(0, ...rows.map((row) => row.values.length));
  const numbers = Array.from({ length: cycles }, (_, i) => String(from + i));
  const label = Math.max(...rows.map((row) => row.label.length), "cycle".length);
  const widths = numbers.map((number, i) =>
    Math.max(
      number.length,
      ...rows.map(({ level, values }) => (level ? 0 : (values[i]?.length ?? 0))),
    ),
  );
  const line = (name: string, cells: string) => `${name.padEnd(label)}  ${cells}`;
  const head = numbers.map((number, i) => number.padStart(at(widths, i))).join("  ");
  return [
    line("cycle", head),
    ...rows.map((row) => line(row.label, row.level ? levels(row, widths) : changes(row, widths))),
  ].join("\n");
}

const changes = ({ values }: WaveRow, widths: readonly number[]): string =>
  values
    .map((value, i) => (value === values[i - 1] ? "·" : value).padStart(at(widths, i)))
    .join("  ");

function levels({ values }: WaveRow, widths: readonly number[]): string {
  const fills = values.map((value) => (value === "0" ? "_" : value === "x" ? "x" : "~"));
  return fills
    .map((fill, i) => {
      if (i === 0) return fill.repeat(at(widths, i));
      const before = fills[i - 1];
      const edge =
        fill === before || fill === "x" || before === "x" ? fill : fill === "~" ? "/" : "\\";
      return edge + fill.repeat(at(widths, i) + 1);
    })
    .join("");
}
