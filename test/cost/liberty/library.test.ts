import { describe, expect, test } from "vitest";
import { type Library, mergeLibraries, readLibrary } from "../../../src/cost/liberty/library.ts";
import { driveOf, referencesOf } from "../../../src/cost/liberty/references.ts";
import { lookup } from "../../../src/cost/liberty/table.ts";
import { mappingLiberty } from "../../../src/cost/liberty/write.ts";
import { sky130, sky130Absent } from "../libraries.ts";
import { small, withCell } from "./small.ts";

const read = (text: string) => readLibrary("small.lib", text);

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
  expect(flipFlop.sequential).toBe(true);
  expect(flipFlop.pins.get("D")!.timing[0]!.constraint.rise).toEqual({
    rows: [0],
    columns: [0],
    values: [4],
  });
  expect(library.cells.get("ISO")!.reserved).toBe(true);
});

test("a file is read whatever its line ends and the case of its words, with expressions without quotes", () => {
  const expected = read(small);
  const plain = ({ cells }: Library) =>
    [...cells.values()].map(({ group: _, pins, ...cell }) => ({ ...cell, pins: [...pins] }));
  for (const other of [
    small.replaceAll("\n", "\r\n"),
    small.replaceAll(/\b(library|cell|pin|timing|direction|area|values|input|output)\b/g, (word) =>
      word.toUpperCase(),
    ),
    small.replace('clocked_on : "CK"', "clocked_on : (CK)"),
    small.replace('function : "!A"', "function : !A"),
    small.replace("timing_sense : negative_unate", ""),
    small.replace("library (small) {", "library (small) { define (mine, cell, string); mine : 5;"),
  ]) {
    expect(plain(read(other))).toEqual(plain(expected));
  }
});

test("an arc without a sense has that of the function", () => {
  const library = read(
    withCell(`cell (MIX) { area : 1; pin (A, B, C, D) { direction : input; }
      pin (Y) { direction : output; function : "(A & !B) | (C ^ D)";
        timing () { related_pin : "A"; } timing () { related_pin : "B, C"; } } }`),
  );
  const timing = library.cells.get("MIX")!.pins.get("Y")!.timing;
  expect(timing.map(({ relatedPin, sense }) => [relatedPin, sense])).toEqual([
    ["A", "positive_unate"],
    ["B", "negative_unate"],
    ["C", "non_unate"],
  ]);
});

test("buses, bundles and ranges are pins by bit", () => {
  const library = read(
    withCell(`type (two) { base_type : array; data_type : bit; bit_width : 2; bit_from : 1; bit_to : 0; }
      cell (MACRO) { area : 9; memory () { type : ram; }
        pin (D[3:0]) { direction : input; capacitance : 1; }
        bus (A) { bus_type : two; direction : input; capacitance : 2; pin (A[0]) { capacitance : 3; } }
        bundle (S) { members (S0, S1); direction : input; }
        bus (Q) { bus_type : two; direction : output;
          timing () { related_pin : "A"; } timing () { related_pin : "D"; } } }`),
  );
  const { pins, sequential } = library.cells.get("MACRO")!;
  expect([...pins.keys()].join(" ")).toBe("D[3] D[2] D[1] D[0] A[1] A[0] S0 S1 Q[1] Q[0]");
  expect([pins.get("A[1]")!.capacitance.rise, pins.get("A[0]")!.capacitance.rise]).toEqual([2, 3]);
  expect(pins.get("Q[0]")!.timing.map(({ relatedPin }) => relatedPin)).toEqual([
    ...["A[0]", "D[3]", "D[2]", "D[1]", "D[0]"],
  ]);
  expect(sequential).toBe(true);
});

test("pins without a capacitance have the library's, and a range counts with its greater end", () => {
  const library = read(
    withCell(`default_input_pin_cap : 5; default_output_pin_cap : 7; default_max_capacitance : 9;
      cell (CAP) { area : 1; pin (A) { direction : input; }
        pin (B) { direction : input; capacitance : 1; rise_capacitance_range (2, 4); }
        pin (Y) { direction : output; } }`),
  );
  const pins = library.cells.get("CAP")!.pins;
  expect(pins.get("A")!.capacitance).toEqual({ rise: 5, fall: 5 });
  expect(pins.get("B")!.capacitance).toEqual({ rise: 4, fall: 1 });
  expect([pins.get("Y")!.capacitance.fall, pins.get("Y")!.maxCapacitance]).toEqual([7, 9]);
});

test("a table of three axes is read in whatever order they come", () => {
  const value = (slew: number, load: number, other: number) => 1 + slew + 10 * load + 100 * other;
  const table = (order: readonly string[]) => {
    const points = { row: [0, 1, 4], column: [0, 2], plane: [0, 3] } as const;
    const names = {
      row: "input_net_transition",
      column: "total_output_net_capacitance",
      plane: "related_out_total_output_net_capacitance",
    };
    const axes = order as (keyof typeof points)[];
    const [a = [], b = [], c = []] = axes.map((axis): readonly number[] => points[axis]);
    const at = (found: readonly number[], axis: string) => found[axes.indexOf(axis as "row")] ?? 0;
    const values = a.flatMap((x) =>
      b.flatMap((y) =>
        c.map((z) => value(at([x, y, z], "row"), at([x, y, z], "column"), at([x, y, z], "plane"))),
      ),
    );
    const template = axes
      .map((axis, i) => `variable_${i + 1} : ${names[axis]}; index_${i + 1} ("${points[axis]}");`)
      .join(" ");
    return read(
      withCell(`lu_table_template (deep) { ${template} }
        cell (DEEP) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output;
          timing () { related_pin : "A"; cell_rise (deep) { values ("${values}"); } } } }`),
    )
      .cells.get("DEEP")!
      .pins.get("Y")!.timing[0]!.delay.rise!;
  };
  for (const order of [
    "row column plane",
    "plane row column",
    "column plane row",
    "plane column row",
  ]) {
    const found = table(order.split(" "));
    for (const [slew, load, other] of [
      [0, 0, 0],
      [2, 1, 2],
      [9, 5, 7],
      [-1, -1, -1],
    ] as const) {
      expect(lookup(found, slew, load, other)).toBeCloseTo(value(slew, load, other), 9);
    }
  }
});

describe("the cells that figures are stated in are those of drive 1, whatever areas a file gives", () => {
  test.each([
    ["sky130_fd_sc_hdll__nand2_1", 1],
    ["sky130_fd_sc_hdll__nand2_12", 12],
    ["NAND2_X1", 1],
    ["NAND2X1", 1],
    ["NAND2xp5_ASAP7_75t_R", 0.5],
    ["NAND2x1_ASAP7_75t_R", 1],
    ["INVx1p5_ASAP7_75t_R", 1.5],
    ["NAND2_X1M_A12TR", 1],
    ["ND2D4", 4],
    ["nand", undefined],
  ])("%s", (name, drive) => {
    expect(driveOf(name)).toBe(drive);
  });

  test("placeholder areas of larger drives do not count", () => {
    const cells = (drive: number, area: number, load: number) => {
      const of = (name: string) =>
        /cell \((INV|NAND2)\) \{[\s\S]*?\n {2}\}/g.exec(
          small.slice(small.indexOf(`cell (${name})`)),
        )![0];
      return [of("INV"), of("NAND2")]
        .map((text) =>
          text
            .replace(/cell \((\w+)\)/, `cell ($1_${drive})`)
            .replace(/area : \d+/, `area : ${area}`)
            .replaceAll(/capacitance : 0\.\d+;( \})/g, `capacitance : ${load};$1`),
        )
        .join("\n");
    };
    const own = small.replace(/ {2}cell \(INV\)[\s\S]*?(?= {2}cell \(DFF\))/, () =>
      [cells(12, 1, 1.2), cells(1, 3, 0.1), cells(2, 2, 0.2)].join("\n"),
    );
    const references = referencesOf(read(own));
    expect([references.driver.cell.name, references.gateEquivalent]).toEqual(["INV_1", 3]);
  });
});

describe("several files of one library", () => {
  const gates = small.replace(/ {2}cell \(DFF\)[\s\S]*(?=\n\}\s*$)/, "");
  const others = small.replace(/ {2}cell \(INV\)[\s\S]*?(?= {2}cell \(DFF\))/, "");
  const merged = (second: string) =>
    mergeLibraries([readLibrary("gates.lib", gates), readLibrary("others.lib", second)]);

  test("have the cells of all", () => {
    expect([...merged(others).cells.keys()]).toEqual([...read(small).cells.keys()]);
    expect(merged(others).file).toBe("gates.lib, others.lib");
  });

  test.each([
    [
      others.replace("10ps", "1ns"),
      /^others\.lib:2: its time_unit in ps is 1000, that of gates\.lib 10;/,
    ],
    [
      others.replace("100, ff", "1, pf"),
      /^others\.lib:2: its capacitive_load_unit in fF is 1000, that/,
    ],
    [
      others.replace("voltage : 1.8", "voltage : 1.6"),
      /^others\.lib:2: its voltage is 1.6, that of/,
    ],
    [small, /^others\.lib:18: cell INV: it has been described before, at gates\.lib:18;/],
  ])("that do not fit are refused, case %#", (second, message) => {
    expect(() => merged(second)).toThrow(message);
  });
});

test("what mapping reads is the same library in plain syntax, without reserved cells", () => {
  const strange = small
    .replace('clocked_on : "CK"', "clocked_on : (CK)")
    .replace("time_unit", "TIME_UNIT")
    .replace("cell (ISO) {", "cell (ISO) { dont_use : true; internal_power () { }");
  const text = mappingLiberty(read(strange));
  const again = read(text);
  const expected = read(small);
  expect([...again.cells.keys()]).toEqual(["INV", "NAND2", "DFF"]);
  for (const [name, { area, pins }] of again.cells) {
    expect([area, [...pins]]).toEqual([
      expected.cells.get(name)!.area,
      [...expected.cells.get(name)!.pins],
    ]);
  }
  expect(text).not.toContain("internal_power");
});

test("a cell that is not used may be without an area", () => {
  const library = read(small.replace("area : 1; is_isolation", "dont_use : TRUE; is_isolation"));
  expect(library.cells.get("ISO")).toMatchObject({ area: undefined, reserved: true });
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
