import {
  assert,
  assume,
  bool,
  cover,
  input,
  instance,
  literal,
  memory,
  module,
  mux,
  output,
  register,
  uint,
  unused,
  when,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { checkProperties, equivalence, prove, searchWithin } from "../../formal/index.ts";

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

/** A memory of which one word, chosen once, is followed: what was written last is read. */
const store = (depth: number, wrong: boolean) => {
  const bits = Math.max(1, Math.ceil(Math.log2(depth)));
  const ports = {
    write: input(bool()),
    to: input(uint(bits)),
    data: input(uint(4)),
    read: input(bool()),
    from: input(uint(bits)),
    q: output(uint(4)),
  };
  return module({ name: "store", ports }, (io) => {
    const words = memory("words", { depth, type: uint(4), contents: [5, 6] });
    words.write(io.to, io.data, io.write);
    const q = words.read("q_", io.from, io.read);
    io.q.set(q);
    // Word 1, as it should be, and as it is read one cycle later while enabled.
    const word = register("word", uint(4), { reset: 6 });
    const known = register("known", bool(), { reset: 0 });
    const expected = register("expected", uint(4), { reset: 0 });
    const wanted = register("wanted", bool(), { reset: 0 });
    when(io.write.and(io.to.eq(1)), () => {
      word.set(io.data);
      known.set(true);
    });
    when(io.read, () => {
      wanted.set(io.from.eq(1).and(known));
      expected.set(wrong ? io.data : word);
    });
    when(wanted, () => assert(q.eq(expected), "last_written"));
    cover(wanted.and(q.eq(9)), "nine");
  });
};

test("a memory gives what was written last, the old word on a collision, and holds while not enabled", async () => {
  const [right] = checkProperties(store(4, false));
  // What a word holds while nobody reads it is no part of the property, so no induction closes.
  expect(await searchWithin(right!, 8)).toMatchObject({
    verdict: "unknown",
    reason: expect.stringContaining("no run of up to 8 cycles"),
  });
  expect(await verdicts(store(4, true))).toEqual(["disproved", "proved"]);
});

test("the contents of a memory that nothing writes are known for all time", async () => {
  const lookup = (bound: number) =>
    module({ name: "lookup", ports: { a: input(uint(2)), y: output(uint(4)) } }, (io) => {
      const words = memory("words", { depth: 4, type: uint(4), contents: [1, 3, 5, 7] });
      const y = words.read("y_", io.a);
      const started = register("started", bool(), { reset: 0 });
      started.set(true);
      io.y.set(y);
      when(started, () => assert(y.lt(bound), "low_word"));
    });
  expect(await verdicts(lookup(8))).toEqual(["proved"]);
  expect(await verdicts(lookup(7))).toEqual(["disproved"]);
});

test("a memory that is too large for the prover is refused in one line", async () => {
  const [property] = checkProperties(store(1 << 20, false));
  expect(await prove(property!)).toMatchObject({
    verdict: "unknown",
    reason: expect.stringMatching(
      /^the memory `words` of `store` has 1048576 words of 4 bits; .* at most \d+ bits in all \(.*checks\.test\.ts:\d+\)$/,
    ),
  });
});

test("a memory that nothing writes is compared with choices; what is unknown at first is not equal", async () => {
  const ports = { a: input(uint(2)), y: output(uint(4)) };
  const lookup = (contents: readonly number[], gated: boolean) =>
    module({ name: "lookup", ports }, (io) => {
      const y = memory("words", { depth: 4, type: uint(4), contents }).read("y_", io.a);
      const started = register("started", bool(), { reset: 0 });
      started.set(true);
      io.y.set(gated ? mux(started, y, literal(uint(4), 0)) : y);
      if (!gated) unused(started);
    });
  const chosen = module({ name: "chosen", ports }, (io) => {
    const y = register("y_", uint(4), { reset: 0 });
    y.set(
      mux(
        io.a.bit(1),
        mux(io.a.bit(0), literal(uint(4), 7), literal(uint(4), 5)),
        mux(io.a.bit(0), io.a.extend(4).addWrap(2), literal(uint(4), 1)),
      ),
    );
    io.y.set(y);
  });
  const compare = async (contents: readonly number[], gated: boolean): Promise<string> =>
    (await prove(equivalence(lookup(contents, gated), chosen))).verdict;
  expect(await compare([1, 3, 5, 7], true)).toBe("proved");
  expect(await compare([1, 3, 5, 6], true)).toBe("disproved");
  expect(await compare([1, 3, 5, 7], false)).toBe("disproved");
});
