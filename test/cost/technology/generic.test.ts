import { expect, test } from "vitest";
import { parseFunction } from "../../../src/cost/liberty/function.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { lookup } from "../../../src/cost/liberty/table.ts";
import { gates } from "../../../src/cost/technology/gates.ts";
import { generic } from "../libraries.ts";

const { library } = generic();
const cell = (name: string) => library.cells.get(name)!;

/** Delay of an arc in FO4 inverter delays, load in inverters. */
function delay(name: string, pin: string, load: number): number {
  const arc = cell(name)
    .pins.get("Y")!
    .timing.find((found) => found.relatedPin === pin)!;
  expect(arc.delay.rise).toEqual(arc.delay.fall);
  return lookup(arc.delay.rise!, 50, load) / 100;
}

test("the units: a NAND2 of three pitches is 1 GE, an inverter loaded with four of itself takes 1 FO4", () => {
  const { gateEquivalent, fo4Ps, driver, outputLoadFf } = referencesOf(library);
  expect([gateEquivalent, fo4Ps, driver.cell.name, outputLoadFf]).toEqual([3, 100, "INV_X1", 4]);
  expect(delay("INV_X1", "A", 4)).toBe(1);
});

// Sutherland, Sproull, Harris, "Logical Effort", tables 1.1 and 1.2; Weste, Harris, "CMOS VLSI Design", 4.4.
test.each([
  ["inv", [1], 1],
  ["nand2", [4 / 3, 4 / 3], 2],
  ["nand3", [5 / 3, 5 / 3, 5 / 3], 3],
  ["nand4", [2, 2, 2, 2], 4],
  ["nor2", [5 / 3, 5 / 3], 2],
  ["nor3", [7 / 3, 7 / 3, 7 / 3], 3],
  ["aoi21", [2, 2, 5 / 3], 7 / 3],
  ["aoi22", [2, 2, 2, 2], 4],
] as const)(
  "logical effort and parasitic delay of %s are the book's",
  (name, effort, parasitic) => {
    expect(gates[name].effort).toEqual(effort);
    expect(gates[name].parasitic).toBe(parasitic);
  },
);

test("d = p + g·h for every single gate, exactly", () => {
  for (const [name, gate] of Object.entries(gates)) {
    const found = library.cells.get(`${name.toUpperCase()}_X2`);
    if (!found) continue;
    [...found.pins.values()]
      .filter(({ direction }) => direction === "input")
      .forEach((pin, at) => {
        expect(pin.capacitance.rise).toBeCloseTo(2 * gate.effort[at]!, 5);
        const fanOut = 7 / pin.capacitance.rise;
        const expected = (gate.parasitic + gate.effort[at]! * fanOut) / 5;
        expect(delay(found.name, pin.name, 7)).toBeCloseTo(expected, 5);
      });
  }
});

test("a cell of two stages is as slow as its two gates one after the other", () => {
  expect(delay("AND2_X1", "A", 3)).toBeCloseTo((2 + 1 + 1 + 3) / 5, 10);
  expect(delay("BUF_X4", "A", 8)).toBeCloseTo((1 + 4 / 2 + 1 + 8 / 4) / 5, 10);
  expect(delay("XOR2_X1", "A", 3)).toBeCloseTo((2 + 5 / 3 + 7 / 3 + 3) / 5, 5);
});

test("area is gate pitches: pairs of transistors and one", () => {
  const areas = ["INV_X1", "NAND3_X1", "INV_X2", "NAND2_X2", "AOI22_X1", "XOR2_X1", "DFF_X1"];
  expect(areas.map((name) => cell(name).area)).toEqual([2, 4, 3, 5, 5, 6, 13]);
});

test("the senses of the arcs are those of the functions", () => {
  for (const { pins, sequential, name } of library.cells.values()) {
    if (sequential) continue;
    const { timing, function: written } = pins.get("Y")!;
    const inputs = [...pins.keys()].filter((pin) => pin !== "Y");
    expect(timing.map((arc) => arc.relatedPin).sort()).toEqual(inputs);
    for (const { relatedPin, sense } of timing) {
      const found = parseFunction(written!)!;
      const others = inputs.filter((pin) => pin !== relatedPin);
      const seen = new Set<string>();
      for (let row = 0; row < 2 ** others.length; row += 1) {
        const at = (value: boolean) =>
          found((pin) => (pin === relatedPin ? Number(value) : row >> others.indexOf(pin))) & 1;
        if (at(true) !== at(false)) seen.add(at(true) ? "positive_unate" : "negative_unate");
      }
      expect([name, relatedPin, seen.size > 1 ? "non_unate" : [...seen][0]]).toEqual([
        ...[name, relatedPin, sense],
      ]);
    }
  }
});
