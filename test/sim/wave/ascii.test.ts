import { sint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { asciiWave, rowsOf, rowsOfWave } from "../../../sim/wave/index.ts";
import { counter } from "./random-wave.ts";

test("one bit is a line that steps, more are values where they change", () => {
  expect(asciiWave(rowsOfWave(counter), counter.from)).toBe(
    [
      "cycle                              9                    10    11    12",
      String.raw`enable          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\___________`,
      "count                            254                   255     0     ·",
      "unit.total                         0                    -1  -120     ·",
      String.raw`unit.sign       ____________________/~~~~~~~~~~~~~~~~~~~~~~~~~~~\_____`,
      "unit.wide.word  18446744073709551616                     ·     1     ·",
    ].join("\n"),
  );
});

test("levels fill the room of wide values, and begin low or high", () => {
  const rows = [
    { label: "a", values: ["0", "1", "1", "0"], level: true },
    { label: "b", values: ["1", "0", "1", "1"], level: true },
    { label: "value", values: ["5", "1000", "1000", "7"] },
  ];
  expect(asciiWave(rows, 8)).toBe(
    [
      "cycle  8     9    10  11",
      String.raw`a      _/~~~~~~~~~~~\___`,
      String.raw`b      ~\_____/~~~~~~~~~`,
      "value  5  1000     ·   7",
    ].join("\n"),
  );
});

test("a signed bit is high at -1", () => {
  const sign = { name: "sign", type: sint(1), column: Int8Array.of(0, -1, 0) };
  const rows = rowsOfWave({ name: "top", from: 0, cycles: 3, signals: [sign] });
  expect(asciiWave(rows, 0)).toBe(["cycle  0  1  2", String.raw`sign   _/~~\__`].join("\n"));
});

test("columns without types are values, from any cycle of them", () => {
  const rows = rowsOf({ clear: Uint8Array.of(1, 0, 0, 1) }, 1, 4, " rtl");
  expect(asciiWave(rows, 1)).toBe(["cycle      1  2  3", "clear rtl  0  ·  1"].join("\n"));
});

test("a wave without rows is its cycles", () => {
  expect(asciiWave([], 0)).toBe("cycle  ");
});
