import { expect, test } from "vitest";
import { readLibrary } from "../../../src/cost/liberty/library.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import type { Netlist } from "../../../src/cost/synthesis/netlist.ts";
import { analyseTiming } from "../../../src/cost/timing/analyse.ts";
import { small } from "../liberty/small.ts";

// In the small library, in units of 10 ps: an inverter rises in 1 + slew + load and falls in 2 + slew + load,
// with transitions of 1 + load/2 and 2 + load/2; its input loads 0.02 rising and 0.03 falling.
const library = readLibrary("small.lib", small);
const references = referencesOf(library);
const analyse = (netlist: Netlist) => analyseTiming(netlist, library, references);

const inverter = (name: string, from: number, to: number) => ({
  ...{ name, type: "INV", pins: { A: [from], Y: [to] } },
});

test("two inverters between an input and an output, by hand", () => {
  const { paths, overloadedNets } = analyse({
    inputs: { a: [2] },
    outputs: { y: [4] },
    cells: [inverter("second", 3, 4), inverter("first", 2, 3)],
    names: new Map([
      [2, "a"],
      [4, "y"],
    ]),
  });
  // a falls at 0.03 with 2.015; the net between rises 1 + 2.015 + 0.02 later with 1.01;
  // y falls 2 + 1.01 + 0.1 later. The other edge is a tie.
  const path = paths.input_to_output!;
  expect(path.delayPs).toBeCloseTo(61.75, 9);
  expect([path.from, path.to]).toEqual(["a", "y"]);
  expect(path.points.map(({ net, cell }) => [net, cell])).toEqual([
    ["a", null],
    [null, "INV"],
    ["y", "INV"],
  ]);
  expect(Object.keys(paths)).toEqual(["input_to_output"]);
  expect(overloadedNets).toBe(0);
});

const toggle: Netlist = {
  inputs: { clock: [2], a: [5] },
  outputs: { q: [3] },
  cells: [
    { name: "flip", type: "DFF", pins: { CK: [2], D: [4], Q: [3] } },
    { name: "gate", type: "NAND2", pins: { A: [3], B: [5], Y: [4] } },
  ],
  names: new Map([[3, "state"]]),
};

test("a register through a gate to itself, with clock to output and setup, by hand", () => {
  const { paths } = analyse({
    ...toggle,
    cells: [toggle.cells[0]!, inverter("inverter", 3, 4)],
  });
  // q rises at 10 with 0.5, d falls 2 + 0.5 + 0.1 later, setup 6: 18.6; the other edge is 17.35.
  expect(paths.register_to_register!.delayPs).toBeCloseTo(186, 9);
  expect(paths.register_to_register).toMatchObject({ from: "state", to: "state" });
  // Clock to output alone: the falling edge.
  expect(paths.register_to_output!.delayPs).toBeCloseTo(120, 9);
  expect(Object.keys(paths).sort()).toEqual(["register_to_output", "register_to_register"]);
});

test("an input that meets a register's path keeps its own", () => {
  const { paths } = analyse(toggle);
  // The NAND rises in 1 + slew + load: after q's fall at 12, and after a's, 0.1 through the driver.
  expect(paths.register_to_register!.delayPs).toBeGreaterThan(paths.input_to_register!.delayPs);
  expect(paths.input_to_register!.from).toBe("");
});

test("a net has the slowest transition of all that come to it", () => {
  const readers = Array.from({ length: 10 }, (_, at) => inverter(`reader_${at}`, 3, 20 + at));
  const { paths } = analyse({
    ...{ inputs: { a: [2], b: [4] }, outputs: { y: [6] }, names: new Map([[6, "y"]]) },
    cells: [
      ...[inverter("slow", 2, 3), ...readers, inverter("last", 5, 6)],
      { name: "gate", type: "NAND2", pins: { A: [3], B: [4], Y: [5] } },
    ],
  });
  // Into the gate A falls at 3.43 with 2.2 and B at 0.1 with 2.05; it rises 1 + 2.2 + 0.02 after A, with three
  // times the transition, 6.6 for A; the last inverter falls 2 + 6.6 + 0.1 later.
  expect(paths.input_to_output!.delayPs).toBeCloseTo(153.5, 9);
});

test("a net with more load than its driver may have is counted", () => {
  const readers = Array.from({ length: 30 }, (_, at) => inverter(`reader_${at}`, 3, 10 + at));
  const { overloadedNets } = analyse({
    ...{ inputs: { a: [2] }, outputs: {}, names: new Map() },
    cells: [inverter("driver", 2, 3), ...readers],
  });
  expect(overloadedNets).toBe(1);
});

test.each([
  ["a loop", [inverter("one", 2, 3), inverter("two", 3, 2)], /combinational loop through one$/],
  ["a cell", [{ name: "x", type: "NOR9", pins: {} }], /small\.lib: the library has no cell NOR9/],
  ["a pin", [{ name: "x", type: "INV", pins: { Z: [2] } }], /the cell INV has no pin Z/],
] as const)("%s that cannot be timed is refused", (_, cells, message) => {
  expect(() => analyse({ inputs: {}, outputs: {}, cells, names: new Map() })).toThrow(message);
});
