import {
  input,
  literal,
  type Module,
  module,
  output,
  register,
  sideBySide,
  sint,
  type UInt,
  uint,
} from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mac } from "../../../hdl/mac.ts";
import { type Column, type Columns, columnOf, setElement } from "../../../sim/column.ts";
import { interpreter } from "../../../sim/interpreter/interpreter.ts";
import { laneKernel, planGroups } from "../../../sim/wasm/groups.ts";
import { wasm } from "../../../sim/wasm/wasm.ts";
import { apply, operationCount, resize } from "../random/operations.ts";
import { stimulusOf } from "../random/stimulus.ts";

const cycles = 24;
const limits = { value: 64, factor: 64, distance: 64 };
const width = fc.oneof(
  fc.integer({ min: 1, max: 64 }),
  fc.constantFrom(1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64),
);
const small = fc.nat({ max: 1000 });
const step = fc.record({
  operation: small,
  a: small,
  b: small,
  c: small,
  n: small,
  held: fc.boolean(),
});
const recipes = fc.record({
  // Two inputs of one width: operands that need no resizing are at hand in more forms.
  widths: fc.tuple(width, width).map(([main, other]) => [main, main, other]),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
});

type Recipe = typeof recipes extends fc.Arbitrary<infer T> ? T : never;

/** A module of at most 64 bits anywhere; every value it computes goes into its output, extended both ways. */
function build({ widths, steps }: Recipe): Module {
  const inputs = Object.fromEntries(widths.map((w, i) => [`in${i}`, input(uint(w))]));
  return module({ name: "lane", ports: { ...inputs, all: output(uint(64)) } }, (io) => {
    const pool = widths.map((_, i) => (io as unknown as Record<string, UInt>)[`in${i}`]!);
    steps.forEach((s, index) => {
      const pick = (place: number): UInt => pool[place % pool.length]!;
      // Shifts by distances of more bits than a word are computed on wider values, which no lane has.
      const near = { side: 3, ...s, c: s.c % 4 === 3 ? s.c : s.c - (s.c % 4) };
      const wide = apply(near, [pick(s.a), pick(s.b), pick(s.c)], limits);
      const value = wide.width > 64 ? resize(wide, 64) : wide;
      if (!s.held) pool.push(value);
      else {
        const held = register(`r${index}`, uint(value.width), s.n % 2 === 0 ? { reset: 1 } : {});
        held.set(value);
        pool.push(held);
      }
    });
    io.all.set(
      pool.reduce(
        (sum, value) => sum.subWrap(value.extend(64)).xor(value.asSInt().extend(64).asUInt()),
        literal(uint(64), 0) as UInt,
      ),
    );
  });
}

/** Compares lanes of a module with the interpreter. */
function compare(recipe: Recipe, lanes: number, seed: number): void {
  const one = build(recipe);
  const names = Array.from({ length: lanes }, (_, i) => `l${i}`);
  const all = sideBySide("lanes", Object.fromEntries(names.map((name) => [name, one])));
  expect(planGroups(all, []).groups.map(({ name }) => name)).toEqual(["lane"]);
  const stimulus = stimulusOf(all, seed, cycles);
  const found = wasm.open(all).batch(stimulus, cycles);
  // Lanes are independent: those in the first and the last block stand for all.
  for (const name of ["l0", `l${lanes - 1}`]) {
    const own = one.inputs.map((port) => [port.name, stimulus[`${name}_${port.name}`]!]);
    const wanted = interpreter.open(one).batch(Object.fromEntries(own), cycles);
    expect(found[`${name}_all`]).toEqual(wanted.all);
  }
}

const edges = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64];

test.each(edges)("every operation on %i bits computes in lanes what it does in bigints", (w) => {
  const steps = Array.from({ length: 5 * operationCount }, (_, i) => ({
    operation: i % operationCount,
    a: 0,
    b: 1,
    c: 2,
    n: i * 7,
    held: false,
  }));
  compare({ widths: [w, w, w], steps }, 8, w);
});

test("random chains of operations compute in lanes what they do in bigints", () => {
  fc.assert(fc.property(recipes, fc.integer({ min: 8, max: 18 }), fc.integer(), compare), {
    numRuns: 300,
    seed: 20250600,
    interruptAfterTimeLimit: 90_000,
    markInterruptAsFailure: true,
  });
});

/** Compares lanes that `open` was asked for, all of them, with the interpreter. */
function compareStimuli(recipe: Recipe, lanes: number, seed: number): void {
  const one = build(recipe);
  expect(laneKernel(one, [])).toBeDefined();
  const rows = 6;
  const stimulus = stimulusOf(one, seed, lanes * rows);
  const [found, wanted] = [wasm, interpreter].map((engine) => {
    const dut = engine.open(one, { lanes });
    const first = dut.batch(stimulus, rows);
    dut.step(2);
    dut.reset();
    return [first, dut.batch({}, 2)];
  });
  expect(found).toEqual(wanted);
}

test("many stimuli of random chains of operations compute what each does by itself", () => {
  fc.assert(fc.property(recipes, fc.integer({ min: 8, max: 35 }), fc.integer(), compareStimuli), {
    numRuns: 60,
    seed: 20250600,
  });
});

test("a batch of more cycles than are computed at once is those of its parts", () => {
  const [lanes, cycles] = [4096, 64];
  const one = mac({});
  const stimulus = stimulusOf(one as Module, 5, lanes * cycles);
  const whole = wasm.open(one, { lanes }).batch(stimulus, cycles);
  const parts = wasm.open(one, { lanes });
  for (let first = 0; first < cycles; first += 16) {
    const own = (all: Columns): Columns =>
      Object.fromEntries(
        Object.entries(all).map(([name, column]) => [
          name,
          column.slice(first * lanes, (first + 16) * lanes) as Column,
        ]),
      );
    expect(parts.batch(own(stimulus), 16)).toEqual(own(whole));
  }
});

test.each([2, 8, 14, 15, 16, 17, 32, 33])(
  "%i bits with a sign are shifted by every distance",
  (w) => {
    const bits = { x: input(sint(w)), by: input(uint(4)), y: output(sint(w + 15)) };
    const one = module({ name: "shifted", ports: bits }, ({ x, by, y }) =>
      y.set(x.shiftLeftBy(by)),
    );
    const top = 1n << BigInt(w - 1);
    const values = [-top, 1n - top, -1n, 0n, 1n, top - 1n, -top / 3n, top / 3n];
    const lanes = 16 * values.length;
    const [x, by] = [columnOf(sint(w), lanes), columnOf(uint(4), lanes)];
    for (let lane = 0; lane < lanes; lane++) {
      setElement(x, lane, values[lane >> 4]!);
      setElement(by, lane, BigInt(lane % 16));
    }
    const [found, wanted] = [wasm, interpreter].map((engine) =>
      engine.open(one, { lanes }).batch({ x, by }, 1),
    );
    expect(found).toEqual(wanted);
  },
);
