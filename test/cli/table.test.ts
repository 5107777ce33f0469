import Table from "cli-table3";
import { expect, test } from "vitest";
import { table } from "../../src/cli/output.ts";

const columns = [
  { heading: "name", value: (row: number) => (row % 7 === 0 ? "" : "古é".repeat(row % 5)) },
  { heading: "n", align: "right" as const, value: (row: number) => String(row * row * row) },
  { heading: "", value: (row: number) => (row === 70 ? "two\nlines, the wider" : "") },
];

test("a table of several blocks is the one that cli-table3 lays out at once", () => {
  for (const length of [0, 1, 31, 32, 100]) {
    const rows = Array.from({ length }, (_, row) => row);
    const chars = ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
      ["", "-mid", "-left", "-right"].map((end) => [`${side}${end}`, ""]),
    );
    const whole = new Table({
      chars: { ...Object.fromEntries(chars), middle: "  " },
      style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
      head: columns.map(({ heading }) => heading),
      colAligns: ["left", "right", "left"],
    });
    whole.push(...rows.map((row) => columns.map(({ value }) => value(row))));
    expect(table(columns, rows)).toBe(whole.toString().replaceAll(/ +$/gm, ""));
  }
});

test("tens of thousands of rows are a table, too", () => {
  const rows = Array.from({ length: 40_000 }, (_, row) => row);
  expect(table(columns, rows).split("\n")).toHaveLength(40_002);
});
