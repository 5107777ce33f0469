import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type Bool,
  bool,
  connect,
  emitDesign,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  register,
  type SInt,
  sint,
  type UInt,
  uint,
  Vec,
  vec,
  when,
  wire,
} from "../src/index.ts";
import { open } from "./open.ts";

const textOf = (top: Parameters<typeof emitDesign>[0]): string =>
  emitDesign(top)
    .files.map(({ text }) => text)
    .join("\n");

/** Picks one of `length` words by a signal. */
const picker = (length: number, bits: number) =>
  module(
    {
      name: "picker",
      ports: {
        words: vec(length, input(uint(8))),
        index: input(uint(bits)),
        word: output(uint(8)),
      },
    },
    (io) => io.word.set(io.words.at(io.index)),
  );

describe("a vector of ports", () => {
  test("has flat names that end in the index, nested ones in order", () => {
    const nested = module(
      {
        name: "nested",
        ports: {
          weight: vec(2, (row) => vec(3, input(uint(8), `code of row ${row}`))),
          stream: vec(2, { valid: input(bool()), bits: output(uint(8)) }),
        },
      },
      (io) => {
        for (const [stream, row] of io.stream.zip(io.weight))
          stream.bits.set(
            mux(
              stream.valid,
              row.reduceTree((a, b) => a.xor(b)),
              row.at(0),
            ),
          );
      },
    );
    expect(nested.portList.map(({ name }) => name)).toEqual([
      ...["weight_0_0", "weight_0_1", "weight_0_2", "weight_1_0", "weight_1_1", "weight_1_2"],
      ...["stream_0_valid", "stream_0_bits", "stream_1_valid", "stream_1_bits"],
    ]);
    expect(nested.portList[3]?.description).toBe("code of row 1");
    const dut = open(nested);
    dut.in.weight[1]![2] = 0x41n;
    dut.in.stream[1]!.valid = true;
    expect([dut.out.stream[0]?.bits, dut.out.stream[1]?.bits]).toEqual([0n, 0x41n]);
  });

  test("an index that is not there throws", () => {
    module({ name: "one", ports: { x: vec(3, input(bool())), y: output(bool()) } }, (io) => {
      expect(() => io.x[3]).toThrow(/^a vector has no element 3: its elements are 0 to 2/);
      expect(() => io.x.at(-1)).toThrow(/no element -1/);
      expect(() => io.x.at(0.5)).toThrow(/no element 0\.5/);
      expect(() => io.x.slice(2, 4)).toThrow(/no element 3/);
      io.y.set(io.x.reduce<Bool>((all, bit) => all.and(bit), literal(bool(), true)));
    });
  });

  test("vectors that belong together have one length", () => {
    module(
      {
        name: "lengths",
        ports: { a: vec(2, input(bool())), b: vec(3, input(bool())), y: vec(2, output(bool())) },
      },
      (io) => {
        expect(() => io.a.zip(io.b)).toThrow(/^a vector of 2 meets one of 3/);
        expect(() => io.y.set(io.b)).toThrow(/^a vector of 2 meets one of 3/);
        io.y.set(
          io.b
            .slice(1)
            .zip(io.a)
            .map(([b, a]) => a.and(b.or(io.b.at(0)))),
        );
      },
    );
    module({ name: "around", ports: { index: input(uint(2)), y: output(uint(8)) } }, (io) => {
      const words = [1, 2, 3];
      expect(() => instance("short", picker(4, 2), { words, index: io.index })).toThrow(
        /words.*4|4.*words|words_3/,
      );
      io.y.set(instance("unit", picker(4, 2), { words: [...words, 4], index: io.index }).word);
    });
    for (const length of [0, -1, 1.5, Number.NaN])
      expect(() => vec(length, uint(8))).toThrow(
        /^a vector has a whole number of elements, 1 or more/,
      );
  });

  test("its types need no guard and no cast", () => {
    module(
      {
        name: "typed",
        ports: {
          w: vec(2, input(uint(8))),
          x: vec(2, input(sint(8))),
          y: vec(2, output(sint(17))),
        },
      },
      (io) => {
        expectTypeOf(io.w).toEqualTypeOf<Vec<UInt>>();
        expectTypeOf(io.x.at(0)).toEqualTypeOf<SInt>();
        io.y.set(io.w.zip(io.x).map(([w, x]) => w.toSInt().mul(x)));
        // @ts-expect-error a Bool is no SInt
        expect(() => io.y.at(0).set(literal(bool(), true))).toThrow();
      },
    );
  });
});

test.each([
  [1, 1],
  [4, 2],
  [5, 3],
  [6, 5],
  [7, 3],
])("a signal picks one of %i by %i bits; beyond the last it reads 0", (length, bits) => {
  const index = Uint8Array.from({ length: 2 ** bits }, (_, i) => i);
  const words = Object.fromEntries(
    Array.from({ length }, (_, i) => [
      `words_${i}`,
      new Uint8Array(index.length).fill(11 * (i + 1)),
    ]),
  );
  const expected = [...index].map((i) => (i < length ? 11 * (i + 1) : 0));
  expect(open(picker(length, bits)).batch({ ...words, index }, index.length).word).toEqual(
    expected,
  );
});

test("an index of too few bits leaves elements that nothing can read", () => {
  expect(() => picker(3, 1)).toThrow(/^input `words_2` \(8 bits\) of `picker` is never used/);
});

describe("shapes", () => {
  const shape = { code: uint(4), lanes: vec(3, sint(6)), last: bool() } as const;
  const held = module(
    {
      name: "held",
      ports: {
        take: input(bool()),
        from: input(shape),
        to: output(shape),
        place: input(uint(2)),
        value: input(sint(6)),
      },
    },
    (io) => {
      const kept = register("kept", shape, { reset: { code: 5, lanes: [1, -2, 3], last: true } });
      when(io.take, () => connect(kept, io.from)).otherwise(() =>
        kept.lanes.setAt(io.place, io.value),
      );
      const passed = wire("passed", shape);
      connect(passed, kept);
      connect(io.to, passed);
    },
  );

  test("a register of a record has a register for each part, its reset value and its name", () => {
    expect(textOf(held)).toMatch(/kept_lanes_1 <= -?6'/);
    expect([...held.registers.keys()].map(({ name, reset }) => [name, reset])).toEqual([
      ["kept_code", 5n],
      ["kept_lanes_0", 1n],
      ["kept_lanes_1", 62n],
      ["kept_lanes_2", 3n],
      ["kept_last", 1n],
    ]);
  });

  test("bulk connection leaves a vector of inputs alone", () => {
    const passed = module(
      {
        name: "passed",
        ports: { from: vec(2, input(uint(8))), to: vec(2, output(uint(8))) },
      },
      (io) => connect(io, { to: io.from }),
    );
    expect(emitDesign(passed).files[0]!.text).toContain("assign to_1 = from_1;");
  });

  test("bulk connection, and one element that a signal chooses", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            take: fc.boolean(),
            values: fc.array(fc.bigInt({ min: -32n, max: 31n }), { minLength: 4, maxLength: 4 }),
            place: fc.bigInt({ min: 0n, max: 3n }),
          }),
          { maxLength: 30 },
        ),
        (cycles) => {
          const dut = open(held);
          let lanes = [1n, -2n, 3n];
          for (const { take, values, place } of cycles) {
            dut.in.take = take;
            values.slice(0, 3).forEach((value, i) => {
              dut.in.from.lanes[i] = value;
            });
            dut.in.place = place;
            dut.in.value = values[3]!;
            expect([0, 1, 2].map((i) => dut.out.to.lanes[i])).toEqual(lanes);
            dut.step();
            lanes = take
              ? values.slice(0, 3)
              : lanes.map((lane, i) => (BigInt(i) === place ? values[3]! : lane));
          }
        },
      ),
    );
  });

  test("mux and connect refuse records that differ", () => {
    module(
      {
        name: "differ",
        ports: { c: input(bool()), y: output(bool()), z: output({ a: bool(), b: bool() }) },
      },
      (io) => {
        expect(() =>
          mux<Readonly<Record<string, Bool>>>(io.c, { a: io.c }, { a: io.c, b: io.c }),
        ).toThrow(/^`b` stands on one side only/);
        // @ts-expect-error b is missing
        expect(() => connect(io.z, { a: io.c })).toThrow(/^`b` stands on one side only/);
        // @ts-expect-error c is no part
        expect(() => connect(io.z, { a: io.c, b: io.c, c: io.c })).toThrow(
          /^`c` stands on one side only/,
        );
        connect(io.z, mux(io.c, { a: io.c, b: io.c.not() }, { a: io.c.not(), b: io.c }));
        io.y.set(io.c);
      },
    );
    expect(() =>
      module({ name: "partly", ports: { y: output(bool()) } }, (io) => {
        // @ts-expect-error b has no reset value
        register("r", { a: bool(), b: bool() }, { reset: { a: 1 } });
        io.y.set(true);
      }),
    ).toThrow(/^`r_b` has no reset value where others of its shape have one/);
  });
});

test("a balanced tree says how many elements each node stands for", () => {
  const names = new Vec(["a", "b", "c", "d", "e"]);
  expect(names.reduceTree((l, r, terms) => `(${l}${r}${terms})`)).toBe("(((ab2)c3)(de2)5)");
  expect(() => new Vec<string>([]).reduceTree((l) => l)).toThrow(/^an empty vector/);
});
