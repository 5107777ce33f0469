import {
  assert,
  bool,
  concat,
  cover,
  input,
  literal,
  memory,
  module,
  mux,
  output,
  register,
  rom,
  type UInt,
  uint,
  unused,
  when,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { checkProperties, equivalence, prove, searchWithin } from "../../formal/index.ts";

const verdicts = async (module: Parameters<typeof checkProperties>[0]): Promise<string[]> =>
  Promise.all(checkProperties(module).map(async (p) => (await prove(p)).verdict));

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
      /^the memory `words` of `store` has 1048576 words of 4 bits; .* at most \d+ bits in all \(.*memory\.test\.ts:\d+\)$/,
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

/** The bit of an index of two bits. */
const oneHot = (index: UInt): UInt =>
  concat(...[3, 2, 1, 0].map((value) => index.eq(value).asUInt()));

/** A register file that is read in the cycle of the address. What is wrong is the word before, or a write that passes through. */
const registerFile = (wrong?: "late" | "through") => {
  const ports = {
    write: input(bool()),
    to: input(uint(2)),
    data: input(uint(4)),
    from: input(uint(2)),
    q: output(uint(4)),
  };
  return module({ name: "register_file", ports }, (io) => {
    const words = memory("words", { depth: 4, type: uint(4), contents: [1, 3, 5, 7] });
    words.write(io.to, io.data, io.write);
    const q = words.readCombinational(io.from);
    io.q.set(q);
    // Words count once they were written: a reset, which the memory knows nothing of, may meet a write.
    const known = register("known", uint(4), { reset: 0 });
    known.set(known.or(mux(io.write, oneHot(io.to), literal(uint(4), 0))));
    const followed = [0, 1, 2, 3].map((index) => {
      const word = register(`word_${index}`, uint(4), { reset: 0 });
      when(io.write.and(io.to.eq(index)), () => word.set(io.data));
      // Of every word, so that the induction closes.
      when(known.bit(index), () =>
        assert(words.readCombinational(index).eq(word), `followed_${index}`),
      );
      return word;
    });
    const before = register("earlier", uint(4), { reset: 0 });
    const chosen = followed.reduceRight((later, word, i) => mux(io.from.eq(i), word, later));
    before.set(chosen);
    const passed = mux(io.write.and(io.to.eq(io.from)), io.data, chosen);
    const expected = wrong === "late" ? before : wrong === "through" ? passed : chosen;
    const counts = known.and(oneHot(io.from)).orReduce();
    when(counts, () => assert(q.eq(expected), "last_written"));
    cover(counts.and(q.eq(9)), "nine");
  });
};

test("a memory that is read in the cycle of the address gives what was written at an edge before", async () => {
  expect(await verdicts(registerFile())).toEqual(["proved", "proved"]);
  expect(await verdicts(registerFile("late"))).toEqual(["disproved", "proved"]);
  expect(await verdicts(registerFile("through"))).toEqual(["disproved", "proved"]);
});

test("beyond the last word of a memory and of a table is 0", async () => {
  const beyond = (bound: number) =>
    module(
      { name: "beyond", ports: { a: input(uint(2)), y: output(uint(4)), z: output(uint(4)) } },
      (io) => {
        const words = memory("words", { depth: 3, type: uint(4), contents: [9, 9, 9] });
        const table = rom("table_", { type: uint(4), contents: [9, 9, 9] });
        const [y, z] = [words.readCombinational(io.a), table.read(io.a)];
        io.y.set(y);
        io.z.set(z);
        const started = register("started", bool(), { reset: 0 });
        started.set(true);
        const expected = mux(io.a.lt(bound), literal(uint(4), 9), literal(uint(4), 0));
        when(started, () => {
          assert(y.eq(expected), "word");
          assert(z.eq(expected), "entry");
        });
      },
    );
  expect(await verdicts(beyond(3))).toEqual(["proved"]);
  expect(await verdicts(beyond(2))).toEqual(["disproved"]);
});
