import { bool, uint } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { rowsOfWave, vcd, type Wave, waveJson, waveSvg } from "../../../sim/wave/index.ts";

const signal = (name: string, cycles = 3) => ({
  name,
  type: bool(),
  column: new Uint8Array(cycles),
});
const wave = (change: Partial<Wave>): Wave => ({
  name: "top",
  from: 0,
  cycles: 3,
  signals: [signal("unit.y")],
  ...change,
});

describe.each([
  ["vcd", vcd],
  ["waveJson", waveJson],
  ["waveSvg", waveSvg],
  ["rowsOfWave", rowsOfWave],
])("%s refuses", (_, write) => {
  test.each<[string, Partial<Wave>, string]>([
    [
      "a short column",
      { signals: [signal("unit.y"), { name: "unit.z", type: uint(70), column: [1n, 2n] }] },
      "signal unit.z: its column holds 2 cycles; the wave needs 3",
    ],
    ["a name twice", { signals: [signal("a.b"), signal("a.b")] }, "signal a.b: the name is in use"],
    ["the clock's name", { signals: [signal("clock")] }, "signal clock: the name is in use"],
    ["a space", { signals: [signal("a.b c")] }, 'signal "a.b c": each part of a name'],
    ["an empty part", { signals: [signal("a..b")] }, 'signal "a..b": each part of a name'],
    ["a keyword", { signals: [signal("$end")] }, 'signal "$end": each part of a name'],
    ["a nameless top", { name: "" }, 'wave "": each part of a name'],
    ["no cycles", { cycles: 0 }, "wave top: from cycle 0, 0 cycles"],
    ["half a cycle", { cycles: 1.5 }, "wave top: from cycle 0, 1.5 cycles"],
    ["a negative cycle", { from: -1 }, "wave top: from cycle -1, 3 cycles"],
  ])("%s", (_what, change, message) => {
    const attempt = () => write(wave(change));
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });

  test("nothing of a wave that is right, nor a clock inside a module", () => {
    expect(() => write(wave({ signals: [signal("unit.clock"), signal("unit", 4)] }))).not.toThrow();
  });
});
