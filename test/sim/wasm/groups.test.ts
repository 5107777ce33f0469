import {
  input,
  instance,
  type Module,
  memory,
  module,
  output,
  register,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { systolic } from "../../../hdl/systolic/systolic.ts";
import { interpreter } from "../../../sim/interpreter/interpreter.ts";
import { planGroups } from "../../../sim/wasm/groups.ts";
import { wasm } from "../../../sim/wasm/wasm.ts";
import { stimulusOf } from "../random/stimulus.ts";

const ports = { x: input(uint(9)), y: output(uint(9)) };
const registered = module({ name: "registered", ports }, (io) => {
  const held = register("held", uint(9), { reset: 1 });
  held.set(io.x.addWrap(held));
  io.y.set(held);
});
const combinational = module({ name: "combinational", ports }, (io) => {
  io.y.set(io.x.addWrap(io.x.shiftRight(3).extend(9)).not());
});

/** `count` instances, each fed by the one before it. */
const chain = (child: Module<typeof ports>, count: number, name = "chain") =>
  module({ name, ports }, (io) => {
    let x: UInt = io.x;
    for (let i = 0; i < count; i++) x = instance(`u${i}`, child, { x }).y;
    io.y.set(x);
  });

/** A balanced tree of adders: each level can be computed at once, the levels one after the other. */
const adder = module(
  { name: "adder", ports: { a: input(uint(9)), b: input(uint(9)), y: output(uint(9)) } },
  (io) => io.y.set(io.a.addWrap(io.b)),
);
const tree = (leaves: number) =>
  module({ name: "tree", ports }, (io) => {
    let level: UInt[] = Array.from({ length: leaves }, (_, i) => io.x.xor(i));
    for (let depth = 0; level.length > 1; depth++) {
      level = Array.from(
        { length: level.length / 2 },
        (_, i) => instance(`d${depth}n${i}`, adder, { a: level[2 * i]!, b: level[2 * i + 1]! }).y,
      );
    }
    io.y.set(level[0]!);
  });

const wide = module({ name: "wide", ports }, (io) => {
  const held = register("held", uint(80), { reset: 0 });
  held.set(held.addWrap(io.x.extend(80)));
  io.y.set(held.truncate(9));
});
const withMemory = module({ name: "with_memory", ports }, (io) => {
  const words = memory("words", { depth: 16, type: uint(9) });
  words.write(io.x.bits(3, 0), io.x, io.x.bit(8));
  const known = register("known", uint(1), { reset: 0 });
  known.set(1);
  io.y.set(words.read("word", io.x.bits(4, 1)).addWrap(known.extend(9)));
});

/** The groups as `module × lanes`. */
const groups = (circuit: Module): string[] =>
  planGroups(circuit, []).groups.map(({ name, lanes }) => `${name} x ${lanes.length}`);

function same(circuit: Module): void {
  const stimulus = stimulusOf(circuit, 3, 50);
  expect(wasm.open(circuit).batch(stimulus, 50)).toEqual(
    interpreter.open(circuit).batch(stimulus, 50),
  );
}

describe("instances in loops", () => {
  test.each([
    ["a chain through registers", chain(registered, 20), ["registered x 20"]],
    ["too few instances", chain(registered, 7), []],
    ["a chain through logic, where each waits for the one before", chain(combinational, 20), []],
    ["a tree of logic, level by level", tree(128), ["adder x 127"]],
    [
      "the inner ones where a module repeats them",
      chain(chain(registered, 9, "row"), 9),
      ["registered x 81"],
    ],
    ["the outer ones where a module does not", chain(chain(registered, 2, "row"), 9), ["row x 9"]],
    ["values wider than 64 bits are flattened", chain(wide, 12), []],
    ["memories are flattened", chain(withMemory, 12), []],
    ["the systolic array", systolic({ rows: 3, columns: 5 }), ["processing_element x 15"]],
  ] as const)("%s", (_, circuit, expected) => {
    expect(groups(circuit)).toEqual(expected);
    same(circuit);
  });
});

test("a signal of one of many instances is watched in batches and by steps", () => {
  const circuit = chain(registered, 20);
  const watch = ["u19.held", "u3.x", "u3.y"];
  const [fast, plain] = [wasm, interpreter].map((engine) => engine.open(circuit, { watch }));
  const stimulus = stimulusOf(circuit, 5, 30);
  expect(fast!.batch(stimulus, 30)).toEqual(plain!.batch(stimulus, 30));
  for (const name of watch) expect(fast!.peek(name)).toBe(plain!.peek(name));
  expect(() => wasm.open(circuit, { watch: ["u3.nothing"] })).toThrow(
    "chain has no signal u3.nothing",
  );
});

test("batches and snapshots of 5,000 registers, all of them watched by name", () => {
  const circuit = chain(registered, 5_000);
  const watch = Array.from({ length: 5_000 }, (_, i) => `u${i}.held`);
  const [fast, plain] = [wasm, interpreter].map((engine) => engine.open(circuit, { watch }));
  for (const dut of [fast!, plain!]) {
    for (const [i, name] of watch.entries()) dut.poke(name, BigInt(i % 512));
  }
  const stimulus = stimulusOf(circuit, 5, 2);
  expect(fast!.batch(stimulus, 2)).toEqual(plain!.batch(stimulus, 2));
  expect(fast!.save()).toEqual(plain!.save());
  for (const name of watch) expect(fast!.peek(name)).toBe(plain!.peek(name));
});

test("values of 5,000 bits, and a hierarchy 200 deep", () => {
  const big = module(
    {
      name: "big",
      ports: { x: input(uint(5000)), y: output(uint(10_000)), z: output(uint(5000)) },
    },
    (io) => {
      const held = register("held", uint(5000), { reset: 0 });
      held.set(held.xor(io.x).addWrap(io.x.shiftRight(777).extend(5000)));
      io.y.set(held.mul(io.x));
      io.z.set(held.shiftRightBy(io.x.bits(12, 0)));
    },
  );
  same(big);
  let deep = registered;
  for (let i = 0; i < 200; i++) deep = chain(deep, 1, `level${i}`) as typeof registered;
  same(deep);
  const prefix = "u0.".repeat(200);
  expect(wasm.open(deep, { watch: [`${prefix}held`] }).peek(`${prefix}held`)).toBe(1n);
});
