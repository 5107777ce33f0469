import { expect, test } from "vitest";
import {
  bool,
  emitDesign,
  input,
  instance,
  type Module,
  module,
  mutants,
  mux,
  named,
  output,
  register,
  sint,
  uint,
  when,
  wire,
} from "../src/index.ts";
import { open } from "./open.ts";

const ports = { a: input(uint(3)), b: input(uint(3)), c: output(uint(3)) };
const outputsOf = (dut: Module<typeof ports>): number[] => {
  const simulation = open(dut);
  const all = Array.from({ length: 64 }, (_, i) => i);
  const { c } = simulation.batch(
    { a: Uint8Array.from(all, (i) => i & 7), b: Uint8Array.from(all, (i) => i >> 3) },
    64,
  );
  return Array.from(c!, Number);
};
const table = (f: (a: number, b: number) => number): number[] =>
  Array.from({ length: 64 }, (_, i) => f(i & 7, i >> 3) & 7);

test("the mutants of one operation are what their texts say", () => {
  const right = module({ name: "right", ports }, (io) => {
    const difference = io.a.subWrap(io.b);
    named({ difference });
    io.c.set(difference);
  });
  const found = new Map(
    [...mutants(right)].map(({ what, module: wrong }) => [what, outputsOf(wrong as typeof right)]),
  );
  const minus = (change: (value: number) => number) => table((a, b) => change((a - b) & 7));
  const where = /\((.*)\)/.exec([...found.keys()][0]!)![1];
  expect(found).toEqual(
    new Map([
      [`difference: add for subtract (${where})`, table((a, b) => a + b)],
      [`difference: second operand left out (${where})`, table((a) => a)],
      [`difference: operands swapped (${where})`, table((a, b) => b - a)],
      ...[0, 1, 2].flatMap((bit): [string, number[]][] => [
        [`difference: bit ${bit} inverted (${where})`, minus((v) => v ^ (1 << bit))],
        [`difference: bit ${bit} stuck at 0 (${where})`, minus((v) => v & ~(1 << bit))],
        [`difference: bit ${bit} stuck at 1 (${where})`, minus((v) => v | (1 << bit))],
      ]),
    ]),
  );
  expect(outputsOf(right)).toEqual(table((a, b) => a - b));
});

test("muxes, slices, literals and comparisons", () => {
  const right = module({ name: "right", ports }, (io) => {
    const pair = io.a.bits(1, 0);
    io.c.set(mux(io.a.lt(io.b), pair.extend(3), io.b.addWrap(5)));
  });
  const results = [...mutants(right)].map(({ what, module: wrong }) => ({
    what: what.replace(/ \(.*/, ""),
    c: outputsOf(wrong as typeof right),
  }));
  const of = (what: string) => results.find((result) => result.what === what)?.c;
  const shape = (pick: boolean, pair: number, b: number) => (pick ? pair : b);
  expect(of("c: branches swapped")).toEqual(table((a, b) => shape(a >= b, a & 3, b + 5)));
  expect(of("c: always the first branch")).toEqual(table((a) => a & 3));
  expect(of("c: always the second branch")).toEqual(table((_, b) => b + 5));
  expect(of("add: first operand left out")).toEqual(table((a, b) => shape(a < b, a & 3, 5)));
  expect(of("add: second operand left out")).toEqual(table((a, b) => shape(a < b, a & 3, b)));
  expect(of("slice: bits 2 to 1 for 1 to 0")).toEqual(table((a, b) => shape(a < b, a >> 1, b + 5)));
  expect(of("the literal 5: one more")).toEqual(table((a, b) => shape(a < b, a & 3, b + 6)));
  expect(of("lessUnsigned: operands swapped")).toEqual(table((a, b) => shape(b < a, a & 3, b + 5)));
  expect(of("zeroExtend: signExtend for zeroExtend")).toEqual(
    table((a, b) => shape(a < b, (a & 3) | (a & 2 ? 4 : 0), b + 5)),
  );
});

test("a register is stuck for its readers and wrong after a reset; a mistake is in every instance", () => {
  const inner = module(
    { name: "inner", ports: { d: input(uint(2)), q: output(uint(2)) } },
    (io) => {
      const state = register("state", uint(2), { reset: 2 });
      state.set(io.d);
      io.q.set(state);
    },
  );
  const outer = module(
    {
      name: "outer",
      ports: { d: input(uint(2)), first: output(uint(2)), second: output(uint(2)) },
    },
    (io) => {
      const one = instance("one", inner, { d: io.d });
      io.first.set(one.q);
      io.second.set(instance("two", inner, { d: one.q }).q);
    },
  );
  const all = [...mutants(outer)];
  const named_ = (text: string) =>
    all.find(({ what }) => what.startsWith(text))!.module as typeof outer;
  const afterReset = (dut: typeof outer) => {
    const simulation = open(dut);
    const { first, second } = simulation.out;
    return [first, second];
  };
  expect(all.map(({ original }) => original.name)).toEqual(["outer", ...Array(10).fill("inner")]);
  expect(afterReset(outer)).toEqual([2n, 2n]);
  expect(afterReset(named_("state: bit 0 wrong after a reset"))).toEqual([3n, 3n]);
  expect(afterReset(named_("state: bit 1 stuck at 0"))).toEqual([0n, 0n]);

  const afterOne = (dut: typeof outer, cycles = 1) => {
    const simulation = open(dut);
    simulation.in.d = 1n;
    for (let cycle = 0; cycle < cycles; cycle++) simulation.step();
    return [simulation.out.first, simulation.out.second];
  };
  expect(afterOne(outer)).toEqual([1n, 2n]);
  expect(afterOne(named_("state: never written"), 3)).toEqual([2n, 2n]);
  expect(afterOne(named_("state: not delayed"), 0)).toEqual([1n, 1n]);
  expect(afterOne(named_("two.q: that of one"))).toEqual([1n, 1n]);
});

test("what a forgotten register would close into a loop is no mutant, and one with an enable is one", () => {
  const make = (counts: boolean) =>
    module(
      { name: "held", ports: { up: input(bool()), d: input(uint(2)), q: output(uint(2)) } },
      (io) => {
        const state = register("state", uint(2), { reset: 0 });
        const next = wire("next", uint(2));
        next.set(counts ? io.d.addWrap(state) : io.d);
        when(io.up, () => state.set(next));
        io.q.set(state);
      },
    );
  const early = (dut: Module) => [...mutants(dut)].filter(({ what }) => /not delayed/.test(what));
  expect(early(make(true))).toHaveLength(0);
  const [wrong] = early(make(false));
  expect(wrong?.module.combinational.get("q")).toEqual(new Set(["d"]));
  // A loop through the module around it counts as well.
  const around = module({ name: "around", ports: { q: output(uint(2)) } }, (io) => {
    const back = wire("back", uint(2));
    const { q } = instance("held", make(false), { up: true, d: back });
    back.set(q.addWrap(1));
    io.q.set(q);
  });
  expect(early(around)).toHaveLength(0);
});

test("every mutant is a circuit that can be emitted, with the ports and names of the right one", () => {
  const right = module(
    { name: "counter", ports: { up: input(bool()), value: output(sint(4)) } },
    (io) => {
      const count = register("count", sint(4), { reset: 0 });
      when(io.up, () => count.set(count.addWrap(1)));
      io.value.set(count);
    },
  );
  for (const { module: wrong } of mutants(right)) {
    const [file] = emitDesign(wrong).files;
    expect(file?.text).toContain("reg [3:0] count;");
    expect(wrong.portList).toBe(right.portList);
  }
  expect(emitDesign(right).files[0]?.text).toContain("count <= count + 4'd1;");
});
