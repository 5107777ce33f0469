import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CostError } from "../../../src/cost/error.ts";
import { readLibrary } from "../../../src/cost/liberty/library.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { lookup } from "../../../src/cost/liberty/table.ts";
import { sky130, sky130Absent } from "../libraries.ts";
import { small } from "./small.ts";

const read = (text: string) => readLibrary("small.lib", text);

function problem(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof CostError) return error.message;
    throw error;
  }
  return "";
}

test("cells, pins, tables, units and the corner of a library", () => {
  const library = read(small);
  expect([library.name, library.timeUnitPs, library.capacitiveUnitFf]).toEqual(["small", 10, 100]);
  expect(library.corner).toEqual({ name: "typical", process: 1, voltage: 1.8, temperature: 25 });
  expect([...library.cells.keys()]).toEqual(["INV", "NAND2", "DFF", "ISO"]);
  const inverter = library.cells.get("INV")!;
  expect([inverter.area, inverter.sequential, inverter.reserved]).toEqual([2, false, false]);
  expect(inverter.pins.get("A")!.capacitance).toEqual({ rise: 0.02, fall: 0.03 });
  const output = inverter.pins.get("Y")!;
  expect([output.function, output.maxCapacitance, output.direction]).toEqual(["!A", 0.5, "output"]);
  expect(output.timing).toHaveLength(1);
  expect(output.timing[0]).toMatchObject({
    relatedPin: "A",
    sense: "negative_unate",
    type: "combinational",
    delay: { rise: { rows: [0, 1], columns: [0, 2], values: [1, 3, 2, 4] } },
  });
  // The two inputs of the NAND share one timing group, whose axes come in the other order.
  const nand = library.cells.get("NAND2")!.pins.get("Y")!;
  expect(nand.timing.map((arc) => arc.relatedPin)).toEqual(["A", "B"]);
  expect(nand.timing[0]!.delay.rise).toEqual({
    rows: [0, 1],
    columns: [0, 2],
    values: [1, 3, 2, 4],
  });
  const flipFlop = library.cells.get("DFF")!;
  expect(flipFlop.flipFlop).toEqual({ clockedOn: "CK", nextState: "D" });
  expect(flipFlop.sequential).toBe(true);
  expect(flipFlop.pins.get("D")!.timing[0]!.constraint.rise).toEqual({
    ...{ rows: [0], columns: [0], values: [4] },
  });
  expect(library.cells.get("ISO")!.reserved).toBe(true);
});

test("tables are read between and beyond their points", () => {
  const table = { rows: [0, 1], columns: [0, 2], values: [1, 3, 2, 4] };
  expect(lookup(table, 0, 0)).toBe(1);
  expect(lookup(table, 1, 2)).toBe(4);
  expect(lookup(table, 0.5, 1)).toBe(2.5);
  expect(lookup(table, 2, 4)).toBe(7);
  expect(lookup({ rows: [0], columns: [1, 3], values: [5, 9] }, 7, 2)).toBe(7);
  expect(lookup({ rows: [0, 1, 3], columns: [0], values: [0, 1, 5] }, 2, 8)).toBe(3);
});

describe("what is wrong is said in one line with the place", () => {
  test.each([
    ["", "small.lib:1: a Liberty file starts with library (NAME) {, not the end of the file"],
    ["module x;", 'small.lib:1: a Liberty file starts with library (NAME) {, not "module"'],
    [
      small.replace("1.8;", '"a lot";'),
      'voltage of operating_conditions typical is "a lot"; it must be a number',
    ],
    [small.replace("10ps", "10fs"), "time_unit is 10fs; it must be like 1ns, 10ps"],
    [
      small.replace("(100, ff)", "(100, nf)"),
      "capacitive_load_unit is (100, nf); it must be like (1, pf)",
    ],
    [small.replace("area : 2;", ""), "cell INV has no area"],
    [
      small.replace('"1, 3", \\', '"1, 3, 5", \\'),
      "cell_rise plain has 5 values; its axes ask for 4",
    ],
    [
      small.replace('index_1 ("0, 1")', 'index_1 ("1, 1")'),
      "index_1 of cell_rise plain must be increasing numbers",
    ],
    [
      small.replace("cell_rise (plain)", "cell_rise (nowhere)"),
      "names a table template that the library does not have",
    ],
    [small.replace("direction : input", "direction : inward"), "pin A has the direction inward"],
    [small.replace("negative_unate", "odd"), "timing_sense is odd"],
    [
      small.replace("table_lookup", "polynomial"),
      "delay_model is polynomial; it must be table_lookup (NLDM)",
    ],
    [`${small} library (two) {}`, "the library ends before"],
    [
      small.replace("cell (INV) {", "cell (INV) { , "),
      'an attribute or a group of cell INV must come here, not ","',
    ],
    [`library (x) { ${"a () { ".repeat(40)}`, "groups are nested more than 32 deep"],
    ["library (x) { capacitive_load_unit (1, pf); }", "library x has no cells"],
  ])("case %#", (text, message) => {
    const said = problem(text);
    expect(said).toContain(message);
    expect(said).toMatch(/^small\.lib:\d+: [^\n]+$/);
  });

  test("with the right line", () => {
    const line = small.split("\n").findIndex((text) => text.includes("area : 2;")) + 1;
    expect(problem(small.replace("area : 2;", "area : two;"))).toMatch(`small.lib:${line}: area`);
  });
});

test("every beginning of a library is an error in one line, and only the whole is none", () => {
  const whole = small.trimEnd();
  for (let length = 0; length < whole.length; length += 1) {
    expect(problem(whole.slice(0, length))).toMatch(/^small\.lib:\d+: [^\n]+$/);
  }
  expect(problem(whole)).toBe("");
});

test("a damaged library is read or refused in one line", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "(",
    ")",
    '"',
    ";",
    ":",
    ",",
    "\\",
    "/*",
    "*/",
    "\n",
    "cell",
    "-1e999",
    "\u0000",
  );
  fc.assert(
    fc.property(
      fc.nat(small.length),
      fc.nat(40),
      fc.array(piece, { maxLength: 4 }),
      (at, cut, pieces) => {
        const said = problem(small.slice(0, at) + pieces.join("") + small.slice(at + cut));
        expect(said).toMatch(/^$|^small\.lib:\d+: [^\n]+$|^small\.lib: [^\n]+$/);
      },
    ),
    { numRuns: 2000 },
  );
});

test("a library without the units that figures are stated in is refused", () => {
  const without = small.replace('function : "!A"', 'function : "A"');
  expect(() => referencesOf(read(without))).toThrow(/^small\.lib: the library has no inverter/);
});

test.skipIf(sky130Absent)("sky130's units are the known ones", () => {
  const { library } = sky130();
  expect(library.cells.size).toBe(428);
  expect(library.corner).toEqual({
    name: "tt_025C_1v80",
    process: 1,
    voltage: 1.8,
    temperature: 25,
  });
  const { gateEquivalent, driver, fo4Ps } = referencesOf(library);
  expect([gateEquivalent, driver.cell.name]).toEqual([3.7536, "sky130_fd_sc_hd__inv_1"]);
  expect(fo4Ps).toBeGreaterThan(50);
  expect(fo4Ps).toBeLessThan(110);
});
