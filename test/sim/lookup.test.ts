import {
  assert,
  bool,
  input,
  instance,
  memory,
  module,
  output,
  register,
  rom,
  sint,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { checkProperties, equivalence, prove } from "../../formal/index.ts";
import { engines } from "../../sim/index.ts";
import { needs } from "../support/native.ts";

const registerPorts = {
  write: input(bool()),
  to: input(uint(3)),
  data: input(uint(70)),
  from: input(uint(3)),
  word: output(uint(70)),
};
const registerFileOptions = (width: number) => ({
  name: "register_file",
  ports: { ...registerPorts, data: input(uint(width)), word: output(uint(width)) },
});

/** Words that are read in the cycle of their address. */
const registerFile = (width: number, depth: number) =>
  module(registerFileOptions(width), (io) => {
    const contents = Array.from({ length: depth }, (_, i) => i);
    const words = memory("words", { depth, type: uint(width), contents });
    words.write(io.to, io.data, io.write);
    io.word.set(words.readCombinational(io.from));
  });

const squares = Array.from({ length: 20 }, (_, i) => BigInt(i) ** 5n - 7n);
const table = module(
  { name: "lookup", ports: { x: input(uint(5)), y: output(sint(80)), z: output(uint(2)) } },
  (io) => {
    io.y.set(rom("fifth_powers", { type: sint(80), contents: squares }).read(io.x));
    io.z.set(rom("codes", { type: uint(2), contents: [3, 1, 2, 0] }).read(io.x.truncate(2)));
  },
);

describe.each(Object.values(engines))("$name", (engine) => {
  test("a word is read in the cycle of its address, as it is before the edge", () => {
    if (engine.name === "icarus") needs("iverilog");
    const dut = engine.open(registerFile(70, 6), { watch: ["words[3]"] });
    const words = [0n, 1n, 2n, 3n, 4n, 5n];
    let seed = 1;
    for (let cycle = 0; cycle < 200; cycle++) {
      seed = Math.imul(seed, 1103515245) + 12345;
      const [to, from] = [(seed >>> 8) & 7, (seed >>> 16) & 7];
      const data = (BigInt(seed >>> 0) << 38n) | 5n;
      Object.assign(dut.in, { write: cycle % 3 > 0, to: BigInt(to), from: BigInt(from), data });
      expect(dut.out.word, `cycle ${cycle}`).toBe(words[from] ?? 0n);
      expect(dut.peek("words[3]")).toBe(words[3]);
      dut.step();
      if (cycle % 3 > 0 && to < 6) words[to] = data;
    }
    dut.close();
  });

  test("a table without a clock, and 0 beyond its last word", () => {
    if (engine.name === "icarus") needs("iverilog");
    const dut = engine.open(table);
    const x = Uint8Array.from({ length: 32 }, (_, i) => i);
    const { y, z } = dut.batch({ x }, 32);
    expect([...y!]).toEqual(Array.from(x, (i) => squares[i] ?? 0n));
    expect([...z!]).toEqual(Array.from(x, (i) => [3, 1, 2, 0][i % 4]));
    dut.close();
  });
});

test("a table has neither clock nor state, and 100 instances share its words", () => {
  expect(table.clocked).toBe(false);
  const many = module({ name: "many", ports: { x: input(uint(5)), y: output(sint(80)) } }, (io) => {
    let x = io.x;
    for (let i = 0; i < 99; i++) x = instance(`i${i}`, table, { x }).z.extend(5);
    io.y.set(instance("last", table, { x }).y);
  });
  for (const engine of [engines.interpreter, engines.wasm]) {
    const dut = engine.open(many);
    expect([...dut.save().keys()]).toEqual([]);
    dut.randomize(3);
    dut.in.x = 2n;
    let x = 2;
    for (let i = 0; i < 99; i++) x = [3, 1, 2, 0][x % 4]!;
    expect(dut.out.y).toBe(squares[x]);
  }
});

test("words that are put back are read at once", () => {
  for (const engine of [engines.interpreter, engines.wasm]) {
    const dut = engine.open(registerFile(8, 8));
    dut.in.from = 3n;
    expect(dut.out.word).toBe(3n);
    dut.restore(new Map([["words", [9n, 8n, 7n, 6n, 5n, 4n, 3n, 2n]]]));
    expect(dut.out.word).toBe(6n);
  }
});

test("a table of 2^16 words opens and answers at once in both in-process engines", () => {
  const contents = Array.from({ length: 2 ** 16 }, (_, i) => (i * 40503) & 0xffff);
  const ports = { x: input(uint(16)), y: output(uint(16)) };
  const dut = module({ name: "sixteen_bits", ports }, (io) =>
    io.y.set(rom("words", { type: uint(16), contents }).read(io.x)),
  );
  for (const engine of [engines.interpreter, engines.wasm]) {
    const { y } = engine.open(dut).batch({ x: Uint16Array.of(0, 1, 65535, 12345) }, 4);
    expect([...y!]).toEqual([0, contents[1], contents[65535], contents[12345]]);
  }
});

describe("proofs", () => {
  test("what a register file gives is what was written last, for all time", async () => {
    const watched = (wrong: boolean) =>
      module(registerFileOptions(4), (io) => {
        const words = memory("words", { depth: 5, type: uint(4) });
        words.write(io.to, io.data, io.write);
        const word = words.readCombinational(wrong ? io.to : io.from);
        io.word.set(word);
        const [last, isWritten] = [
          register("last", uint(4)),
          register("is_written", bool(), { reset: 0 }),
        ];
        when(io.write.and(io.to.eq(3)), () => {
          last.set(io.data);
          isWritten.set(true);
        });
        assert(isWritten.not().or(words.readCombinational(3).eq(last)), "kept");
        when(isWritten.and(io.from.eq(3)), () => assert(word.eq(last), "read"));
        when(io.from.ge(5), () => assert(word.eq(0), "zero_beyond"));
      });
    const verdicts = await Promise.all(
      [false, true].map(
        async (wrong) => (await prove(checkProperties(watched(wrong))[0]!)).verdict,
      ),
    );
    expect(verdicts).toEqual(["proved", "disproved"]);
  });

  test("a table is what its words are computed from", async () => {
    const ports = { x: input(uint(4)), y: output(uint(8)) };
    const computed = module({ name: "squares", ports }, (io) => io.y.set(io.x.mul(io.x)));
    const tabled = (wrong: number) =>
      module({ name: "squares", ports }, (io) => {
        const contents = Array.from({ length: 16 }, (_, i) => i * i + (i === 9 ? wrong : 0));
        io.y.set(rom("square", { type: uint(8), contents }).read(io.x));
      });
    expect((await prove(equivalence(computed, tabled(0)))).verdict).toBe("proved");
    const verdict = await prove(equivalence(computed, tabled(1)));
    expect(verdict).toMatchObject({ verdict: "disproved", trace: { inputs: { x: [9n] } } });
  });
});
