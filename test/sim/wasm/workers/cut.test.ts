import {
  at,
  input,
  instance,
  type Module,
  memory,
  module,
  output,
  register,
  uint,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { systolic } from "../../../../hdl/systolic/systolic.ts";
import { engines } from "../../../../sim/index.ts";
import { WasmBackend } from "../../../../sim/wasm/backend.ts";
import { planGroups } from "../../../../sim/wasm/groups.ts";
import { layOut } from "../../../../sim/wasm/layout.ts";
import { componentsOf } from "../../../../sim/wasm/workers/components.ts";
import { type Cut, cutOf } from "../../../../sim/wasm/workers/cut.ts";
import { divide } from "../../../../sim/wasm/workers/divide.ts";
import { TwoParts } from "../../../../sim/wasm/workers/two-parts.ts";
import { stimulusOf } from "../../random/stimulus.ts";
import { inTwoParts, onTwoThreads } from "./engines.ts";

const array = systolic({ rows: 16, columns: 16 }) as Module;
const plan = planGroups(array, []);
const cut = cutOf(plan) as Cut;

test("an array is cut between columns: activations cross, and nothing else", () => {
  const { first, second, crossing } = divide(plan, cut);
  expect(crossing.map(({ type }) => type.width)).toEqual(new Array(16).fill(8));
  const [left = 0, right = 0] = [first, second].map(({ netlist }) => netlist.kept.length);
  expect([left + right, left % 16]).toEqual([256, 0]);
  // The first thread brings the columns of both.
  expect(left).toBeLessThan(right);
  expect(second.netlist.inputs.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["enable", "load", "weight_15"]),
  );
  expect(second.netlist.inputs.map(({ name }) => name)).not.toContain("weight_0");
  expect(cut.longer).toBeLessThan(0.7 * cut.whole);
});

/** The outputs of a batch in two parts at a cut. */
function inParts(at: Pick<Cut, "first">, cycles: number): unknown {
  const parts = new TwoParts(array, divide(plan, at), false);
  const stimulus = stimulusOf(array, 1, cycles);
  const layout = layOut(plan);
  const outputs = new Map(
    layout.recorded.map(({ port }) => [
      port.name,
      new Uint8Array(cycles * (port.type.width > 8 ? 4 : 1)),
    ]),
  );
  const inputs = new Map(
    Object.entries(stimulus).map(([name, column]) => [
      name,
      new Uint8Array((column as Uint8Array).buffer),
    ]),
  );
  parts.run({ inputs, outputs }, 0, cycles);
  return Object.fromEntries(outputs);
}

test("the parts compute what the whole does; with a unit on the wrong side they do not", () => {
  const cycles = 200;
  const whole = new WasmBackend({
    module: array,
    plan,
    layout: layOut(plan),
    compiled: new Map(),
  });
  const { columns } = whole.batch(stimulusOf(array, 1, cycles), cycles);
  const wanted = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      new Uint8Array((column as Uint8Array).buffer),
    ]),
  );
  expect(inParts(cut, cycles)).toEqual(wanted);
  const [moved] = cut.first;
  const wrong = new Set([...cut.first].filter((unit) => unit !== moved));
  expect(inParts({ first: wrong }, cycles)).not.toEqual(wanted);
});

test("what depends on itself has no cut", () => {
  const ring = module({ name: "ring", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => {
    const a = register("a", uint(8), { reset: 0 });
    const b = register("b", uint(8), { reset: 1 });
    a.set(b.xor(io.x));
    b.set(a.addWrap(b));
    io.y.set(b);
  });
  expect(cutOf(planGroups(ring, []))).toBeUndefined();
});

const adder = module({ name: "adder", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => {
  const sum = register("sum", uint(8), { reset: 5 });
  sum.set(sum.addWrap(io.x));
  io.y.set(sum.xor(io.x));
});

/** Cells in loops, then memories that are read at once and a cycle later, then cells in loops. */
const stages = module(
  { name: "stages", ports: { x: input(uint(8)), y: output(uint(8)), wide: output(uint(100)) } },
  (io) => {
    const row = (name: string, x: typeof io.x) =>
      Array.from({ length: 8 }, (_, i) => instance(`${name}${i}`, adder, { x: x.addWrap(i) }).y);
    const before = row("before", io.x).reduce((a, b) => a.xor(b));
    const words = memory("words", { depth: 16, type: uint(8), contents: [3, 1, 4, 1, 5] });
    words.write(before.truncate(4), io.x);
    const stored = words
      .read("stored", io.x.truncate(4))
      .xor(words.readCombinational(before.truncate(4)));
    const wide = register("wide_register", uint(100), { reset: 1 });
    wide.set(wide.addWrap(stored.extend(100)));
    io.wide.set(wide);
    io.y.set(row("after", stored.xor(wide.truncate(8))).reduce((a, b) => a.xor(b)));
  },
);

test("memories, loops and wide values on both sides; state moves with what is asked for", () => {
  expect(cutOf(planGroups(stages, []))).toBeDefined();
  const watch = ["after3.sum", "stored", "words[3]", "before0.sum"];
  const cycles = 700;
  const ran = [engines.interpreter, inTwoParts, onTwoThreads].map((engine) => {
    const dut = engine.open(stages, { watch });
    const first = dut.batch(stimulusOf(stages, 1, cycles), cycles);
    const peeked = watch.map((name) => dut.peek(name));
    dut.poke("after3.sum", 99n);
    dut.in.x = 7n;
    dut.step(3);
    const stepped = [dut.out.y, dut.out.wide];
    const second = dut.batch(stimulusOf(stages, 2, cycles), cycles);
    const saved = dut.save();
    dut.randomize(3);
    const third = dut.batch({}, 20);
    dut.restore(saved);
    const fourth = dut.batch({}, 20);
    dut.reset();
    const all = [first, peeked, stepped, second, [...saved].sort(), third, fourth, dut.out.y];
    dut.close();
    return all;
  });
  expect(ran[1]).toEqual(ran[0]);
  expect(ran[2]).toEqual(ran[0]);
});

test("components come after those that they depend on, a chain of a hundred thousand among them", () => {
  const length = 100_000;
  const chain = Array.from({ length }, (_, node) => (node > 0 ? [node - 1] : []));
  chain[10]?.push(20);
  const components = componentsOf(chain, [length - 1]);
  expect(components.length).toBe(length - 10);
  expect(at(components, 10).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 11 }, (_, i) => 10 + i),
  );
  expect(at(components, components.length - 1)).toEqual([length - 1]);
});
