import { describe, expect, test } from "vitest";
import { CostError } from "../../../src/cost/error.ts";
import { readLibrary } from "../../../src/cost/liberty/library.ts";
import { PowerReader, powerUnitsOf } from "../../../src/cost/liberty/power.ts";

const rows = `leakage_power () { when : "A"; value : 3; } leakage_power () { when : "!A"; value : 1; } cell_leakage_power : 9;`;
const inner = `rise_power (line) { values ("1, 2"); } fall_power (scalar) { values ("4"); }`;

const text = (
  cell: string,
  power: string,
  head = 'nom_voltage : 1.1; leakage_power_unit : "10pW";',
) => `
library (small) { capacitive_load_unit (1, ff); ${head}
  power_lut_template (line) { variable_1 : total_output_net_capacitance; index_1 ("0, 10"); }
  cell (INV) { area : 1; ${cell}
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "!A"; internal_power () { related_pin : "A"; ${power} } }
  } }`;

const read = (cell = rows, power = inner, head?: string) => {
  const library = readLibrary("small.lib", text(cell, power, head));
  return {
    units: powerUnitsOf(library),
    cell: new PowerReader(library).of(library.cells.get("INV")!),
  };
};

test("tables by edge, leakage by state, and units", () => {
  const { units, cell } = read();
  expect(units.voltage).toBe(1.1);
  expect(units.leakageUnitW).toBeCloseTo(1e-11, 20);
  expect(cell.internal).toMatchObject([{ pin: "Y", related: "A", when: undefined }]);
  expect(cell.internal[0]!.energy.rise?.values).toEqual([1, 2]);
  expect(cell.internal[0]!.energy.fall?.values).toEqual([4]);
  expect(cell.leakage.map(({ power }) => power)).toEqual([3, 1]);
});

test("one table for both edges, and a cell's leakage where no state is described", () => {
  const { cell } = read("cell_leakage_power : 9;", `power (scalar) { values ("5"); }`);
  expect(cell.internal[0]!.energy.rise).toEqual(cell.internal[0]!.energy.fall);
  expect(cell.leakage).toEqual([{ when: undefined, power: 9 }]);
  expect(read("").cell.leakage).toEqual([]);
});

describe("what cannot be is said in one line with the file, the line and the cell", () => {
  test.each([
    ["a state", 'leakage_power () { when : "A&"; value : 1; }', inner, undefined, "no expression"],
    ["a value", "leakage_power () { value : high; }", inner, undefined, "must be a number"],
    ["no value", 'leakage_power () { when : "A"; }', inner, undefined, "has no value"],
    ["a pin", rows, `related_pin : "B"; ${inner}`, undefined, "a pin that the cell does not have"],
    ["a size", rows, `rise_power (line) { values ("1, 2, 3"); }`, undefined, "3 values"],
    ["a template", rows, `rise_power (other) { values ("1"); }`, undefined, "does not have"],
    ["a when", rows, `when : "(A"; ${inner}`, undefined, "no expression"],
    ["no voltage", rows, inner, "", "voltage is missing"],
    ["a voltage", rows, inner, "nom_voltage : -1;", "voltage is -1"],
    ["a voltage unit", rows, inner, 'nom_voltage : 1; voltage_unit : "1kV";', "voltage_unit"],
    [
      "a power unit",
      rows,
      inner,
      'nom_voltage : 1; leakage_power_unit : "1W h";',
      "leakage_power_unit",
    ],
  ])("%s", (_, cell, power, head, said) => {
    expect(() => read(cell, power, head)).toThrow(CostError);
    expect(() => read(cell, power, head)).toThrow(said);
    expect(() => read(cell, power, head)).toThrow(/^small\.lib:\d+: [^\n]*$/);
  });
});
