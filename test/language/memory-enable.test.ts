import { input, memory, module, output, uint, unused } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { engines } from "../../sim/index.ts";

/** Writes 7 to word 0 by each kind of write, and reads it by a port that is enabled or not. */
const words = (written: boolean, masked: boolean, read: boolean) =>
  module({ name: "words", ports: { mask: input(uint(2)), out: output(uint(8)) } }, (io) => {
    const store = memory("store", { depth: 2, type: uint(8), contents: [1, 1] });
    unused(io.mask);
    if (masked) store.writeMasked(0, 7, io.mask, written);
    else store.write(0, 7, written);
    io.out.set(store.read("word", 0, read));
  });

test.each([
  [true, false, true, 7n],
  [false, false, true, 1n],
  [true, true, true, 7n],
  [false, true, true, 1n],
  [true, false, false, 0n],
])("constants enable: written %s, masked %s, read %s gives %s", (written, masked, read, wanted) => {
  for (const engine of [engines.interpreter, engines.wasm]) {
    const dut = engine.open(words(written, masked, read));
    dut.in.mask = 3n;
    dut.step(3);
    expect(dut.out.out).toBe(wanted);
    dut.close();
  }
});

test("what is no enable is refused", () => {
  const wrong = () =>
    module({ name: "wrong", ports: { x: input(uint(8)) } }, (io) => {
      memory("store", { depth: 2, type: uint(8) }).write(0, 7, io.x as never);
    });
  expect(wrong).toThrow("`store enable` is Bool but `x` (8 bits) is UInt 8");
});
