import { stderr, stdout } from "node:process";
import { Presets, SingleBar } from "cli-progress";
import Table from "cli-table3";
import { ownCommandLine } from "./command-line.ts";
import { version } from "./version.ts";

/** One column of a table: its heading (with the unit), and how numbers stand. */
export interface TableColumn<Row> {
  readonly heading: string;
  readonly align?: "left" | "right";
  value(row: Row): string;
}

const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Rows that are laid out at once: cli-table3 looks for each cell's place among all rows before it. */
const blockRows = 32;

/** A table without lines, columns aligned, headings first. */
export function table<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ heading }) => heading)];
  for (const row of rows) lines.push(columns.map((column) => column.value(row)));
  const blocks = Array.from({ length: Math.ceil(lines.length / blockRows) }, (_, index) =>
    lines.slice(index * blockRows, (index + 1) * blockRows),
  );
  const lay = (block: readonly string[][], colWidths: number[]): string => {
    const grid = new Table({
      chars: noLines,
      style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
      colWidths,
      colAligns: columns.map((column) => column.align ?? "left"),
    });
    grid.push(...block);
    return grid.toString();
  };
  const widths: number[] = [];
  for (const block of blocks) {
    // Laying a block out writes down the widths that it needs.
    const own: number[] = [];
    lay(block, own);
    own.forEach((width, index) => {
      widths[index] = Math.max(widths.at(index) ?? 0, width);
    });
  }
  const text = blocks.map((block) => lay(block, [...widths])).join("\n");
  return text.replaceAll(/ +$/gm, "");
}

/** Bigints are written as numbers where a double holds them exactly, otherwise as strings. */
const jsonValue = (_key: string, value: unknown): unknown =>
  typeof value === "bigint"
    ? BigInt.asIntN(53, value) === value
      ? Number(value)
      : value.toString()
    : value;

/** With `--json` the one document on stdout, with the command and the version that made it; otherwise the text for people. */
export function print(json: boolean, document: object, text: () => string): void {
  const whole = { command: ownCommandLine(), rf8_version: version, ...document };
  stdout.write(json ? `${JSON.stringify(whole, jsonValue, 2)}\n` : `${text()}\n`);
}

/** A progress bar on stderr; silent where that is no terminal. */
export interface Progress {
  update(done: number, total: number, label?: string): void;
  stop(): void;
}

export function progress(unit: string): Progress {
  if (!stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      format: `{bar} {percentage} %  {value}/{total} ${unit}  {eta_formatted} left  {label}`,
      stream: stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  let running = false;
  return {
    update(done, total, label = "") {
      if (running) bar.setTotal(total);
      else bar.start(total, 0, { label });
      running = true;
      bar.update(done, { label });
    },
    stop() {
      bar.stop();
    },
  };
}

/** `1.23 s`, `45 ms`: seconds with a unit and three significant digits. */
export const seconds = (value: number): string =>
  value >= 1 ? `${value.toPrecision(3)} s` : `${(value * 1000).toPrecision(3)} ms`;

/** 12345678 → `12,345,678`. */
export const count = (value: number): string => value.toLocaleString("en-US");
