import {
  bool,
  input,
  instance,
  memory,
  module,
  output,
  register,
  sint,
  uint,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { engines } from "../../sim/index.ts";

const cell = module(
  {
    name: "integrator",
    ports: { x: input(sint(12)), total: output(sint(12)), last: output(sint(12)) },
  },
  (io) => {
    const total = register("sum", sint(12), { reset: -3 });
    const last = register("last_x", sint(12));
    total.set(total.addWrap(io.x));
    last.set(io.x);
    io.total.set(total);
    io.last.set(last);
  },
);

/** Ten instances that an engine may loop over, a wide register, and a memory. */
const circuit = module(
  { name: "stateful", ports: { x: input(sint(12)), y: output(sint(12)), z: output(uint(100)) } },
  (io) => {
    let x = io.x;
    for (let i = 0; i < 10; i++) x = instance(`cell${i}`, cell, { x }).total;
    io.y.set(x);
    const wide = register("wide", uint(100));
    const words = memory("words", { depth: 4, type: uint(100), contents: [1, 2, 3, 4] });
    words.write(io.x.bits(1, 0), wide, io.x.bit(0));
    wide.set(words.read("word", io.x.bits(3, 2)).addWrap(wide));
    io.z.set(wide);
  },
);
const stimulus = { x: Int16Array.from({ length: 40 }, (_, i) => ((i * 1741) % 4096) - 2048) };

describe.each([engines.wasm, engines.interpreter])("the state of $name", (engine) => {
  const other = engine === engines.wasm ? engines.interpreter : engines.wasm;

  test("is saved and restored, in another engine too", () => {
    const dut = engine.open(circuit);
    dut.batch(stimulus, 40);
    const saved = dut.save();
    expect(saved.size).toBe(10 * 2 + 3);
    const expected = dut.batch(stimulus, 40);
    dut.restore(saved);
    expect(dut.batch(stimulus, 40)).toEqual(expected);
    const elsewhere = other.open(circuit);
    elsewhere.restore(saved);
    expect(elsewhere.save()).toEqual(saved);
    expect(elsewhere.batch(stimulus, 40)).toEqual(expected);
  });

  test("is poked by name: an input, a register, one of many instances", () => {
    const dut = engine.open(circuit, { watch: ["cell9.sum", "cell3.last_x"] });
    dut.poke("cell9.sum", -2000n);
    expect([dut.peek("cell9.sum"), dut.out.y]).toEqual([-2000n, -2000n]);
    dut.poke("x", 5n);
    dut.poke("wide", 2n ** 99n);
    expect([dut.in.x, dut.out.z]).toEqual([5n, 2n ** 99n]);
    expect(() => dut.poke("cell9.sum", 2048n)).toThrow(
      "cell9.sum is SInt 12: 2048 is not in -2048",
    );
    expect(() => dut.poke("cell9.total", 0n)).toThrow("no input or register cell9.total");
    expect(() => dut.poke("y", 0n)).toThrow("no input or register y");
  });

  test("is poked where it is a Bool or in a bundle, with 0 and 1", () => {
    const nested = module(
      { name: "nested", ports: { control: { on: input(bool()) }, lit: output(bool()) } },
      (io) => {
        const held = register("held", bool());
        held.set(io.control.on);
        io.lit.set(held);
      },
    );
    const dut = engine.open(nested);
    dut.poke("held", 1n);
    expect(dut.out.lit).toBe(true);
    dut.poke("control_on", 1n);
    expect(dut.in.control.on).toBe(true);
    expect(() => dut.poke("held", 2n)).toThrow("held is Bool: 2 is not in 0 to 1");
  });

  test("is random by seed, the same in every engine; a reset brings back only what has one", () => {
    const [one, two, same] = [engine.open(circuit), engine.open(circuit), other.open(circuit)];
    one.randomize(1);
    two.randomize(2);
    same.randomize(1);
    expect(one.save()).toEqual(same.save());
    one.reset();
    two.reset();
    const registers = (dut: typeof one, name: string) =>
      [...dut.save()].filter(([key]) => key.endsWith(name)).map(([, [bits]]) => bits);
    expect(registers(one, ".sum")).toEqual(registers(two, ".sum"));
    expect(registers(one, ".sum")[0]).toBe(BigInt.asUintN(12, -3n));
    expect(registers(one, "wide")).not.toEqual(registers(two, "wide"));
  });

  test("of more words than a snapshot holds is refused, naming the memory", () => {
    const large = module(
      { name: "roomy", ports: { a: input(uint(25)), q: output(uint(8)) } },
      (io) => {
        const words = memory("plenty", { depth: 2 ** 25, type: uint(8) });
        words.write(io.a, io.a.truncate(8));
        io.q.set(words.read("word", io.a));
      },
    );
    const dut = engine.open(large, { watch: ["plenty[33554431]"] });
    dut.in.a = 2n ** 25n - 1n;
    dut.step(2);
    expect([dut.out.q, dut.peek("plenty[33554431]")]).toEqual([255n, 255n]);
    const refusal = "33554432 of them in plenty; a snapshot holds 16777216";
    expect(() => dut.save()).toThrow(refusal);
    expect(() => dut.randomize(1)).toThrow(refusal);
  });

  test("refuses what does not fit, and changes nothing then", () => {
    const dut = engine.open(circuit);
    const before = dut.save();
    const put = (name: string, words: bigint[]) => () =>
      dut.restore(
        new Map([
          ["wide", [7n]],
          [name, words],
        ]),
      );
    expect(put("cell0.missing", [0n])).toThrow("no register or memory cell0.missing");
    expect(put("words", [0n])).toThrow("words has 4 words, not 1");
    expect(put("cell0.sum", [4096n])).toThrow("cell0.sum has words of 12 bits: 4096");
    expect(() => dut.restore({ wide: [7n] } as never)).toThrow(
      "a snapshot is a Map of words by name",
    );
    expect(put("words", "1234" as never)).toThrow(
      "the words of words are an array of bigints, not the",
    );
    expect(put("wide", [7 as never])).toThrow(
      "wide has words of 100 bits: the number 7 (write 7n)",
    );
    // biome-ignore lint/suspicious/noSparseArray: a gap on purpose
    expect(put("words", [1n, , 3n, 4n] as never)).toThrow("words has words of 100 bits: undefined");
    for (const seed of [Number.NaN, 1.5, 1n, "1", undefined]) {
      expect(() => dut.randomize(seed as number)).toThrow("a seed is a whole number, not ");
    }
    for (const value of [5, Number.NaN, true, undefined]) {
      expect(() => dut.poke("cell9.sum", value as never)).toThrow(
        "cell9.sum is SInt 12 and takes a bigint",
      );
    }
    expect(dut.save()).toEqual(before);
    dut.close();
    expect(() => dut.save()).toThrow("is closed");
  });
});
