import {
  input,
  type Module,
  memory,
  module,
  output,
  register,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import type { Columns } from "../../../sim/column.ts";
import { interpreter } from "../../../sim/interpreter/interpreter.ts";
import { wasm } from "../../../sim/wasm/wasm.ts";

const ports = { x: input(uint(8)), y: output(uint(8)) };

function same(circuit: Module, stimulus: Columns, cycles: number): void {
  const [fast, plain] = [wasm, interpreter].map((engine) =>
    engine.open(circuit).batch(stimulus, cycles),
  );
  for (const [port, column] of Object.entries(plain!)) {
    const other = fast![port]!;
    expect(Array.from(column, BigInt).findIndex((v, i) => v !== BigInt(other[i]!))).toBe(-1);
  }
}

test("more values and next states than a function has locals", () => {
  const circuit = module({ name: "many", ports }, (io) => {
    let x: UInt = io.x;
    for (let i = 0; i < 9_000; i++) {
      const held = register(`r${i}`, uint(8), { reset: i & 255 });
      held.set(x.addWrap(i & 127));
      x = i % 3 === 0 ? x.xor(held) : held;
    }
    for (let i = 0; i < 45_000; i++) x = x.addWrap(io.x).xor(i & 255);
    io.y.set(x);
  });
  same(circuit, { x: Uint8Array.of(1, 77, 200) }, 3);
});

test("a thousand memories, each addressed by the one before", () => {
  const circuit = module({ name: "memories", ports }, (io) => {
    let x: UInt = io.x;
    for (let i = 0; i < 1_000; i++) {
      const words = memory(`w${i}`, { depth: 4, type: uint(8), contents: [i & 255, 2, 3, 4] });
      words.write(x.bits(1, 0), x, x.bit(3));
      x = words.read(`q${i}`, x.bits(2, 1));
    }
    io.y.set(x);
  });
  same(circuit, { x: Uint8Array.from({ length: 20 }, (_, i) => i * 37) }, 20);
});

test("batches of many blocks, of wide and of narrow ports", () => {
  const wide = module(
    { name: "wide", ports: { x: input(uint(100)), y: output(uint(130)) } },
    (io) => {
      const sum = register("sum", uint(130), { reset: 0 });
      sum.set(sum.addWrap(io.x.extend(130)));
      io.y.set(sum);
    },
  );
  same(wide, { x: Array.from({ length: 9_000 }, (_, i) => BigInt(i) ** 5n) }, 9_000);
  const narrow = module({ name: "narrow", ports }, (io) => {
    const sum = register("sum", uint(8), { reset: 0 });
    sum.set(sum.addWrap(io.x));
    io.y.set(sum);
  });
  same(narrow, { x: Uint8Array.from({ length: 150_000 }, (_, i) => i ^ (i >> 8)) }, 150_000);
});
