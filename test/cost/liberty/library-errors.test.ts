import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CostError } from "../../../src/cost/error.ts";
import { readLibrary } from "../../../src/cost/liberty/library.ts";
import { referencesOf } from "../../../src/cost/liberty/references.ts";
import { small, withCell } from "./small.ts";

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
    [small.replace("area : 2;", ""), "cell INV: it has no area"],
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
    [
      small.replace("direction : input", "direction : inward"),
      "cell INV: direction of pin A is inward; input, output, inout, internal are known",
    ],
    [
      small.replace("negative_unate", "odd"),
      "cell INV: timing_sense of timing is odd; positive_unate,",
    ],
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
    [small.replace("capacitive_load_unit (100, ff);", ""), "capacitive_load_unit is missing"],
    [small.replace("area : 2;", "area : -2;"), "cell INV: its area is -2; it must not be negative"],
    [
      withCell("cell (INV) { area : 1; }"),
      "cell INV: it has been described before, at small.lib:18",
    ],
    [
      withCell("cell (P) { area : 1; pin (A, A) { direction : input; } }"),
      "cell P: it has two pins A",
    ],
    [withCell("cell (P) { area : 1; pin (A) { } }"), "cell P: pin A has no direction"],
    [
      withCell("cell (P) { area : 1; bus (A) { direction : input; } }"),
      "cell P: bus A has the bus_type",
    ],
    [
      withCell("cell (P) { area : 1; pin (A[999999:0]) { } }"),
      "cell P: pin A[999999:0] is 1000000 bits",
    ],
    [
      small.replace('related_pin : "A B"', 'related_pin : "A C"'),
      "cell NAND2: pin Y has an arc from C, a pin that it does not have",
    ],
    [withCell('include_file ("more.lib");'), "include_file is not followed"],
    [
      withCell("cell (P) { area : 1; pin (A) { direction ? } }"),
      "cell P: : or ( after direction must",
    ],
  ])("case %#", (text, message) => {
    const said = problem(text);
    expect(said).toContain(message);
    expect(said).toMatch(/^small\.lib:\d+: [^\n]+$/);
  });

  test("with the right line", () => {
    const line = small.split("\n").findIndex((text) => text.includes("area : 2;")) + 1;
    expect(problem(small.replace("area : 2;", "area : two;"))).toMatch(
      `small.lib:${line}: cell INV: area`,
    );
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
