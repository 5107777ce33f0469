import fc from "fast-check";
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
  name,
  type: "INV",
  pins: { A: [from], Y: [to] },
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
    inputs: { a: [2], b: [4] },
    outputs: { y: [6] },
    names: new Map([[6, "y"]]),
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
    inputs: { a: [2] },
    outputs: {},
    names: new Map(),
    cells: [inverter("driver", 2, 3), ...readers],
  });
  expect(overloadedNets).toBe(1);
});

// Cells with arcs of several kinds: a memory that is read without a clock, a flip-flop whose QN follows its Q,
// one that falling edges clock, a latch.
const plain = (kind: string, value: number) => `${kind} (scalar) { values ("${value}"); }`;
const tables = (rise: number, fall: number) =>
  `${plain("cell_rise", rise)} ${plain("cell_fall", fall)} ${plain("rise_transition", 0)} ${plain("fall_transition", 0)}`;
const setup = (time: number, type = "setup_rising") =>
  `timing () { related_pin : "CK"; timing_type : ${type}; ${plain("rise_constraint", time)} ${plain("fall_constraint", time)} }`;
const pin = (name: string, rest = "") =>
  `pin (${name}) { direction : input; capacitance : 0; ${rest} }`;
const out = (name: string, rest: string) => `pin (${name}) { direction : output; ${rest} }`;
const more = readLibrary(
  "more.lib",
  small.replace(
    /\}\s*$/,
    `cell (RAM) { area : 50; memory () { type : ram; address_width : 1; word_width : 1; }
      ${pin("CK")} ${pin("D", setup(7))} ${pin("A", setup(3))}
      ${out(
        "Q",
        `timing () { related_pin : "A"; timing_sense : non_unate; ${tables(40, 41)} }
        timing () { related_pin : "CK"; timing_type : rising_edge; ${tables(20, 20)} }`,
      )} }
    cell (TWO) { area : 9; ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
      ${pin("CK")} ${pin("D", setup(1))}
      ${out("Q", `timing () { related_pin : "CK"; timing_type : rising_edge; ${tables(5, 6)} }`)}
      ${out("QN", `timing () { related_pin : "Q"; timing_sense : negative_unate; ${tables(3, 2)} }`)} }
    cell (NFF) { area : 9; ff (IQ, IQN) { clocked_on : "!CK"; next_state : "D"; }
      ${pin("CK")} ${pin("D", setup(1, "setup_falling"))}
      ${out("Q", `timing () { related_pin : "CK"; timing_type : falling_edge; ${tables(5, 6)} }`)} }
    cell (LATCH) { area : 9; latch (IQ, IQN) { enable : "G"; data_in : "D"; }
      ${pin("G")} ${pin("D")} ${out("Q", `timing () { related_pin : "D"; ${tables(1, 1)} }`)} }
    }`,
  ),
);
const analyseMore = (netlist: Netlist) => analyseTiming(netlist, more, referencesOf(more));
const flipFlop = (name: string, d: number, q: number) => ({
  name,
  type: "DFF",
  pins: { CK: [1], D: [d], Q: [q] },
});

test("no path is lost, in whatever order the cells come: one begins and ends at each kind of place", () => {
  const chain = Array.from({ length: 6 }, (_, at) => inverter(`inverter_${at}`, 10 + at, 11 + at));
  const memory = { name: "memory", type: "RAM", pins: { CK: [1], D: [3], A: [16], Q: [20] } };
  const cells = [flipFlop("first", 2, 10), ...chain, memory, flipFlop("last", 20, 21)];
  const netlist = (ordered: Netlist["cells"]): Netlist => ({
    inputs: { clock: [1], d: [2], w: [3] },
    outputs: { q: [21], seen: [20] },
    cells: ordered,
    names: new Map(),
  });
  const delays = (ordered: Netlist["cells"]) =>
    Object.values(analyseMore(netlist(ordered)).paths).map(({ group, delayPs, from, to }) =>
      [group, delayPs.toFixed(6), from, to].join(" "),
    );
  const found = delays(cells);
  // From the first register through six inverters and the memory (41) to the last register.
  const { paths } = analyseMore(netlist(cells));
  expect(paths.register_to_register!.points.map(({ cell }) => cell)).toEqual([
    ...["DFF", "INV", "INV", "INV", "INV", "INV", "INV", "RAM", null],
  ]);
  expect(paths.register_to_register!.delayPs).toBeGreaterThan(10 * (10 + 6 + 40 + 4));
  expect(paths.register_to_output!.points.at(-1)!.cell).toBe("RAM");
  expect(paths.input_to_register!).toMatchObject({ to: "memory" });
  fc.assert(
    fc.property(fc.shuffledSubarray(cells, { minLength: cells.length }), (shuffled) => {
      expect(delays(shuffled)).toEqual(found);
    }),
  );
});

test("the slowest path may begin or end at an input, an output or a register", () => {
  const chain = (name: string, from: number, to: number, count: number) =>
    Array.from({ length: count }, (_, at) =>
      inverter(`${name}_${at}`, at === 0 ? from : to + at, at === count - 1 ? to : to + at + 1),
    );
  const lengths = fc.record({
    io: fc.integer({ min: 1, max: 9 }),
    ir: fc.integer({ min: 1, max: 9 }),
    ro: fc.integer({ min: 1, max: 9 }),
    rr: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(lengths, ({ io, ir, ro, rr }) => {
      const { paths } = analyse({
        inputs: { clock: [1], a: [2], b: [3] },
        outputs: { y: [100], z: [200] },
        cells: [
          ...[...chain("io", 2, 100, io), ...chain("ir", 3, 300, ir), ...chain("ro", 50, 200, ro)],
          ...[...chain("rr", 51, 400, rr), flipFlop("one", 300, 50), flipFlop("two", 400, 51)],
        ],
        names: new Map(),
      });
      const length = (group: keyof typeof paths) =>
        paths[group]!.points.filter(({ cell }) => cell === "INV").length;
      expect([length("input_to_output"), length("input_to_register")]).toEqual([io, ir]);
      expect([length("register_to_output"), length("register_to_register")]).toEqual([ro, rr]);
    }),
  );
});

test("an output that follows another of the same flip-flop is part of the path", () => {
  const { paths } = analyseMore({
    inputs: { clock: [1] },
    outputs: { y: [4] },
    names: new Map(),
    cells: [{ name: "two", type: "TWO", pins: { CK: [1], D: [4], Q: [3], QN: [4] } }],
  });
  // Q falls at 6 and QN rises 3 later; setup 1.
  expect(paths.register_to_output!.delayPs).toBeCloseTo(90, 9);
  expect(paths.register_to_register!.delayPs).toBeCloseTo(100, 9);
});

test("a clock may come through inverters; two clocks, two edges, or a clock of a register are refused", () => {
  const clocked = (cells: Netlist["cells"]) => () =>
    analyseMore({
      inputs: { clock: [1], other: [2] },
      outputs: {},
      cells,
      names: new Map([
        [1, "clock"],
        [2, "other"],
      ]),
    });
  const falling = (name: string, clock: number, q: number) => ({
    name,
    type: "NFF",
    pins: { CK: [clock], D: [q], Q: [q] },
  });
  const rising = (name: string, clock: number, q: number) => ({
    name,
    type: "DFF",
    pins: { CK: [clock], D: [q], Q: [q] },
  });
  expect(clocked([rising("a", 1, 5), inverter("i", 1, 9), falling("b", 9, 6)])).not.toThrow();
  expect(clocked([rising("a", 1, 5), rising("b", 2, 6)])).toThrow(
    /^a goes by the rising edge of clock, b by the rising edge of other; timing is of circuits with one/,
  );
  expect(clocked([rising("a", 1, 5), falling("b", 1, 6)])).toThrow(
    /^a goes by the rising edge of clock, b by the falling edge of clock;/,
  );
  expect(clocked([rising("a", 5, 6), { ...rising("b", 1, 5), name: "b" }])).toThrow(
    /^a goes by .*/,
  );
  expect(clocked([rising("a", 5, 6), inverter("loop", 6, 5)])).toThrow(
    /^the clock of a is net 6, no input/,
  );
});

test("a latch is refused by name", () => {
  const cells = [{ name: "held", type: "LATCH", pins: { G: [1], D: [2], Q: [3] } }];
  expect(() =>
    analyseMore({ inputs: { g: [1], d: [2] }, outputs: { q: [3] }, cells, names: new Map() }),
  ).toThrow(
    /^more\.lib: held is a latch, LATCH; timing is of circuits whose state is in flip-flops$/,
  );
});

const after = inverter("after", 3, 7);
test.each([
  [
    "a loop",
    [after, inverter("one", 2, 3), inverter("two", 3, 2)],
    /combinational loop through (one, two|two, one)$/,
  ],
  ["a cell", [{ name: "x", type: "NOR9", pins: {} }], /small\.lib: the library has no cell NOR9/],
  ["a pin", [{ name: "x", type: "INV", pins: { Z: [2] } }], /the cell INV has no pin Z/],
] as const)("%s that cannot be timed is refused", (_, cells, message) => {
  expect(() => analyse({ inputs: {}, outputs: {}, cells, names: new Map() })).toThrow(message);
});
