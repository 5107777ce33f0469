import {
  assert,
  assume,
  bool,
  cover,
  input,
  instance,
  literal,
  module,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { checkProperties, prove } from "../../formal/index.ts";

const verdicts = async (module: Parameters<typeof checkProperties>[0]): Promise<string[]> =>
  Promise.all(checkProperties(module).map(async (p) => (await prove(p)).verdict));

/** A counter to `limit`, which asserts that it never passes `bound` and asks for some values. */
const counter = (limit: number, bound: number, asked: readonly number[] = [], name = "counter") =>
  module({ name, ports: { up: input(bool()), count: output(uint(8)) } }, (io) => {
    const count = register("count_", uint(8), { reset: 0 });
    when(io.up, () => {
      when(count.eq(limit), () => count.set(0)).otherwise(() => count.set(count.addWrap(1)));
    });
    io.count.set(count);
    assert(count.lt(bound + 1), "bounded");
    for (const value of asked) cover(count.eq(value), `reaches_${value}`);
  });

test("assertions of a module with a clock", async () => {
  expect(await verdicts(counter(9, 9))).toEqual(["proved"]);
  expect(await verdicts(counter(9, 8))).toEqual(["disproved"]);
  const [property] = checkProperties(counter(9, 8));
  const verdict = await prove(property!);
  if (verdict.verdict !== "disproved") throw new Error(verdict.verdict);
  // Nine steps up, and the cycle in which it is seen.
  expect(verdict.trace.inputs.up!.filter((bit) => bit === 1n).length).toBe(9);
});

test("a check names the module of any name, and a port too", async () => {
  for (const name of ["check", "dut", "counter"]) {
    expect(await verdicts(counter(9, 9, [], name))).toEqual(["proved"]);
    expect(await verdicts(counter(9, 8, [], name))).toEqual(["disproved"]);
  }
});

test("covers are reached by a shortest run, or by none", async () => {
  const [, ...covers] = checkProperties(counter(9, 9, [3, 10]));
  const [reached, never] = await Promise.all(covers.map((cover) => prove(cover)));
  expect(reached).toMatchObject({ verdict: "proved", depth: 4 });
  expect(never).toMatchObject({ verdict: "unreachable", method: "k-induction" });
});

test("without a clock", async () => {
  const small = (condition: boolean) =>
    module({ name: "doubler", ports: { x: input(uint(4)), y: output(uint(5)) } }, (io) => {
      if (condition) assume(io.x.lt(4), "low_input");
      const sum = io.x.add(io.x);
      io.y.set(sum);
      assert(sum.lt(8), "low_output");
      cover(sum.eq(6), "six");
      cover(sum.eq(12), "twelve");
    });
  expect(await verdicts(small(true))).toEqual(["proved", "proved", "unreachable"]);
  expect(await verdicts(small(false))).toEqual(["disproved", "proved", "proved"]);
});

test("an assumption inside a choice assumes nothing outside it", async () => {
  const ports = { mode: input(bool()), x: input(uint(3)), y: output(uint(3)) };
  const modal = (inside: boolean) =>
    module({ name: "modal", ports }, (io) => {
      io.y.set(io.x);
      when(io.mode, () => {
        assume(io.x.lt(4), "low");
        if (inside) assert(io.x.lt(4), "stays_low");
      });
      if (!inside) assert(io.x.lt(4), "stays_low");
    });
  expect(await verdicts(modal(true))).toEqual(["proved"]);
  expect(await verdicts(modal(false))).toEqual(["disproved"]);
});

test("what a module below assumes, the module above has to keep", async () => {
  const ports = { x: input(uint(4)), y: output(uint(4)) };
  const below = module({ name: "below", ports }, (io) => {
    assume(io.x.lt(4), "low");
    io.y.set(io.x);
    assert(io.x.lt(4), "stays_low");
  });
  const above = (masked: boolean) =>
    module({ name: "above", ports }, (io) => {
      const x = masked ? io.x.and(3) : io.x;
      io.y.set(instance("below", below, { x }).y);
    });
  expect(await verdicts(below)).toEqual(["proved"]);
  expect(await verdicts(above(true))).toEqual(["proved"]);
  expect(await verdicts(above(false))).toEqual(["disproved"]);
});

test("assumptions that contradict each other prove nothing", async () => {
  const ports = { x: input(uint(4)), y: output(uint(4)) };
  const torn = (clocked: boolean) =>
    module({ name: "torn", ports }, (io) => {
      const kept = register("kept", uint(4), { reset: 0 });
      kept.set(io.x);
      io.y.set(clocked ? kept : io.x);
      assume(io.x.lt(4), "low");
      assume(io.x.eq(9), "high");
      assert(io.x.eq(0), "wrong");
    });
  const [property] = checkProperties(torn(true));
  expect(await prove(property!)).toMatchObject({
    verdict: "vacuous",
    reason: "no run that leaves reset can meet the assumptions",
  });
  const flat = module({ name: "torn", ports }, (io) => {
    io.y.set(io.x);
    assume(io.x.lt(4), "low");
    assume(io.x.eq(9), "high");
    assert(io.x.eq(0), "wrong");
  });
  const [plain] = checkProperties(flat);
  expect(await prove(plain!)).toMatchObject({
    verdict: "vacuous",
    reason: "no inputs can meet the assumptions",
  });
});

test("a module that states nothing is refused, and one that states a constant is vacuous", async () => {
  const ports = { x: input(uint(4)), y: output(uint(4)) };
  const silent = module({ name: "silent", ports }, (io) => io.y.set(io.x));
  expect(() => checkProperties(silent)).toThrow("silent has no assert and no cover to prove");
  const empty = module({ name: "empty", ports }, (io) => {
    io.y.set(io.x);
    assert(literal(bool(), 1) as never, "true_");
  });
  expect(await verdicts(empty)).toEqual(["vacuous"]);
});
