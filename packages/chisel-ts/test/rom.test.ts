import { describe, expect, test } from "vitest";
import {
  emitModule,
  input,
  literal,
  type MemoryPort,
  memory,
  module,
  mutants,
  output,
  type Rom,
  rom,
  uint,
} from "../src/index.ts";

const ports = { x: input(uint(2)), y: output(uint(4)) };
const built = (body: Parameters<typeof module<typeof ports>>[1]) =>
  module({ name: "probe", ports }, body);
const tabled = (contents: readonly (number | bigint)[]) =>
  built((io) => io.y.set(rom("words", { type: uint(4), contents }).read(io.x)));

describe("contents", () => {
  test.each([
    [[1, 2, 16, 3], "16 does not fit `words[2]`, UInt 4 (0 to 15): it needs 5 bits"],
    [[1, -1], "-1 does not fit `words[1]`, UInt 4 (0 to 15): it is negative"],
    [[1, 0.5], "0.5 does not fit `words[1]`, UInt 4: it is not a whole number"],
    [[1, undefined, 3], "`words[1]`, UInt 4 needs a number, not undefined"],
    [Array(2), "`words[0]`, UInt 4 needs a number, not undefined"],
    [[], "`words` has no contents"],
    ["12", "the contents of `words` are a list of numbers"],
    [undefined, "the contents of `words` are a list of numbers"],
  ])("%j of a table is refused", (contents, message) => {
    expect(() => tabled(contents as number[])).toThrow(message);
  });

  test.each([
    [[1, 2, 16], "16 does not fit `words[2]`"],
    [[1, undefined, 3], "`words[1]`, UInt 4 needs a number, not undefined"],
    [[1, 2, 3, 4, 5], "`words` holds 4 words, 5 are given"],
    [new Set([1]), "the contents of `words` are a list of numbers"],
  ])("%j of a memory is refused", (contents, message) => {
    const refused = () =>
      built((io) => {
        const words = memory("words", { depth: 4, type: uint(4), contents: contents as number[] });
        io.y.set(words.readCombinational(io.x));
      });
    expect(refused).toThrow(message);
  });
});

test("an address has the width of the table's addresses", () => {
  expect(() =>
    built((io) => io.y.set(rom("words", { type: uint(4), contents: [1, 2] }).read(io.x))),
  ).toThrow("`words address` is UInt 1 but `x` (2 bits) is UInt 2");
  expect(() =>
    built((io) => io.y.set(rom("words", { type: uint(4), contents: [1, 2, 3] }).read(4))),
  ).toThrow("4 does not fit `words address`, UInt 2");
});

test("the word at a literal address is a literal; a memory's is not", () => {
  built((io) => {
    const table = rom("codes", { type: uint(4), contents: [4, 5, 6] });
    expect([0, 1, 2, 3].map((address) => table.read(address).value)).toEqual([4n, 5n, 6n, 0n]);
    const words = memory("words", { depth: 2, type: uint(4), contents: [1, 2] });
    expect(() => words.readCombinational(literal(uint(1), 0)).value).toThrow(
      "the word of `words` of test/rom.test.ts:",
    );
    io.y.set(table.read(io.x));
  });
});

test("words of another module's memory or table are refused", () => {
  let [words, table]: [MemoryPort<typeof type>?, Rom<typeof type>?] = [];
  const type = uint(4);
  built((io) => {
    words = memory("words", { depth: 4, type, contents: [1] });
    table = rom("codes", { type, contents: [1, 2, 3, 4] });
    io.y.set(table.read(io.x).and(words.readCombinational(io.x)));
  });
  for (const from of [() => words!.readCombinational, () => table!.read])
    expect(() => built((io) => io.y.set(from()(io.x)))).toThrow("belongs to another module");
});

test("an address that depends on its own word is a loop", () => {
  const loop = () =>
    built((io) => {
      const words = memory("words", { depth: 4, type: uint(4), contents: [1] });
      const first = words.readCombinational(io.x);
      const again: typeof first = words.readCombinational(first.truncate(2));
      io.y.set(again.xor(io.y));
    });
  expect(loop).toThrow("combinational loop");
});

test("an output depends on the address of its word within the cycle", () => {
  const through = tabled([1, 2, 3]);
  expect(through.combinational.get("y")).toEqual(new Set(["x"]));
  expect(through.clocked).toBe(false);
});

test("the mutants of a table have one bit of one word inverted each", () => {
  const words = [...mutants(tabled([1, 2, 3]))]
    .filter(({ what }) => what.startsWith("words["))
    .map(({ what, wrong }) => [what.split(" (")[0], wrong.tables[0]!.contents]);
  expect(words).toEqual([
    ["words[0]: bit 0 inverted", [0n, 2n, 3n]],
    ["words[1]: bit 1 inverted", [1n, 0n, 3n]],
    ["words[2]: bit 2 inverted", [1n, 2n, 7n]],
  ]);
  const stuck = [...mutants(tabled([1, 2, 3]))].map(({ what }) => what.split(" (")[0]);
  expect(stuck).toContain("y: bit 3 stuck at 1");
});

test("a mutant's text has the wrong word, and a table that nothing reads is left out", () => {
  const wrong = [...mutants(tabled([1, 2, 3]))].find(({ what }) => what.startsWith("words[0]"))!;
  expect(emitModule(wrong.module)).toContain("2'd0: words = 4'd0;");
  const idle = built((io) => {
    rom("idle", { type: uint(4), contents: [1] });
    io.y.set(io.x.extend(4));
  });
  expect(emitModule(idle)).not.toContain("function");
});
