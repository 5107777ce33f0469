import {
  bool,
  input,
  instance,
  literal,
  memory,
  module,
  output,
  register,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";

const hash = module({ name: "hash", ports: { x: input(uint(16)), y: output(uint(16)) } }, (io) => {
  const state = register("state", uint(16), { reset: 1 });
  state.set(state.addWrap(io.x));
  io.y.set(io.x.xor(state).addWrap(3));
});

/** A word whose data are known before the enable, which comes from instances that are computed in a loop. */
const late = module(
  {
    name: "late",
    ports: { x: input(uint(16)), address: input(uint(2)), word: output(uint(16)) },
  },
  (io) => {
    const words = memory("words", { depth: 4, type: uint(16) });
    const ends = Array.from({ length: 8 }, (_, i) =>
      instance(`hash_${i}`, hash, { x: io.x.addWrap(i) }),
    ).map(({ y }) => y.bit(3));
    let data: UInt = io.x;
    for (let i = 1; i < 40; i++) data = data.addWrap(i).xor(io.x.addWrap(7 * i));
    words.write(
      io.address,
      data,
      ends.reduce((any, one) => any.xor(one)),
    );
    io.word.set(words.read("read", io.address.addWrap(1), literal(bool(), true)));
  },
);

test("data of a write are computed although its enable is known only behind them", () => {
  const x = Uint16Array.from({ length: 200 }, (_, i) => i * 40503);
  const address = Uint8Array.from({ length: 200 }, (_, i) => i & 3);
  const [compiled, read] = [engines.wasm, engines.interpreter].map((engine) => {
    const simulation = engine.open(late);
    try {
      return Array.from(simulation.batch({ x, address }, x.length).word!, Number);
    } finally {
      simulation.close();
    }
  });
  expect(compiled).toEqual(read);
  expect(new Set(read).size).toBeGreaterThan(50);
});
