import { input, module, output, uint, vec } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { engines } from "../../sim/index.ts";

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

test("an element that is not there throws in a simulation", () => {
  const dut = engines.interpreter.open(picker(4, 2));
  dut.in.words[3] = 0x41n;
  expect(() => {
    dut.in.words[99] = 1n;
  }).toThrow(/words.*99/);
});

test.each([
  [1, 1],
  [5, 3],
  [6, 5],
])(
  "a signal picks one of %i by %i bits; beyond the last it reads 0, in the in-process engines",
  (length, bits) => {
    for (const engine of [engines.interpreter, engines.wasm]) {
      const dut = engine.open(picker(length, bits));
      for (let i = 0; i < length; i++) dut.in.words[i] = BigInt(11 * (i + 1));
      for (let index = 0; index < 2 ** bits; index++) {
        dut.in.index = BigInt(index);
        expect(dut.out.word).toBe(index < length ? BigInt(11 * (index + 1)) : 0n);
      }
    }
  },
);
