import {
  concat,
  input,
  instance,
  type Module,
  memory,
  module,
  output,
  register,
  sint,
  type Target,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import type { Columns } from "../../../sim/column.ts";
import { interpreter } from "../../../sim/interpreter/interpreter.ts";
import { wasm, wasmListing } from "../../../sim/wasm/wasm.ts";
import { stimulusOf } from "../random/stimulus.ts";

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

const wide = (width: number) => ({ x: input(uint(width)), y: output(uint(width)) });

test("code that is too large for one function goes on in others", () => {
  const sums = module({ name: "sums", ports: wide(1024) }, (io) => {
    const held = register("held", uint(1024), { reset: 5 });
    let x: UInt = io.x;
    for (let i = 0; i < 8_000; i++) x = i % 100 === 0 ? x.xor(held) : x.addWrap(io.x);
    held.set(x);
    io.y.set(x.addWrap(held));
  });
  same(sums, { x: [1n, 2n ** 1023n, 77n] }, 3);
  const narrow = module({ name: "narrow_sums", ports }, (io) => {
    const held = register("held", uint(8), { reset: 5 });
    let x: UInt = io.x;
    // The constants are long in the code; every tenth value is read again much later.
    const early: UInt[] = [];
    for (let i = 0; i < 60_000; i++) {
      x = i % 100 === 0 ? x.xor(held) : x.addWrap((i * 31) & 255);
      if (i % 10 === 0) early.push(x);
    }
    held.set(early.reduce((sum, value) => sum.xor(value), x));
    io.y.set(x.addWrap(held));
  });
  same(narrow, { x: Uint8Array.of(1, 77, 200) }, 3);
  expect(wasmListing(narrow)).toContain("call $row_1");
});

test("next states, memory ports and columns that are too many for one function", () => {
  const circuit = module(
    {
      name: "states",
      ports: Object.fromEntries(
        Array.from({ length: 300 }, (_, i) => [
          [`x${i}`, input(uint(8000))] as const,
          [`y${i}`, output(uint(8000))] as const,
        ]).flat(),
      ),
    },
    (raw) => {
      const io = raw as unknown as Record<string, Target<UInt>>;
      const words = memory("words", { depth: 3, type: uint(8000), contents: [1, 2, 3] });
      for (let i = 0; i < 300; i++) {
        const x = io[`x${i}`]!;
        const held = register(`r${i}`, uint(8000), { reset: i });
        held.set(held.addWrap(x));
        if (i % 10 === 0) words.write(x.bits(1, 0), held, x.bit(5));
        io[`y${i}`]!.set(i % 10 === 0 ? words.read(`q${i}`, x.bits(7, 6)).xor(held) : held);
      }
    },
  );
  same(circuit, stimulusOf(circuit, 7, 6), 6);
});

test("products of wide values, equal and unequal, signed and not", () => {
  const product = module(
    {
      name: "wide_products",
      ports: {
        a: input(uint(16_384)),
        b: input(uint(130)),
        c: input(uint(8000)),
        aa: output(uint(32_768)),
        ab: output(uint(16_514)),
        ba: output(uint(16_514)),
        product: output(sint(16_514)),
        squared: output(uint(260)),
        mixed: output(sint(8130)),
      },
    },
    (io) => {
      io.aa.set(io.a.mul(io.a));
      io.ab.set(io.a.mul(io.b));
      io.ba.set(io.b.mul(io.a));
      io.product.set(io.a.asSInt().mul(io.b.asSInt()));
      io.squared.set(io.b.mul(io.b));
      io.mixed.set(io.b.asSInt().mul(io.c.asSInt()));
    },
  );
  same(product, stimulusOf(product, 11, 20), 20);
});

test("what no WebAssembly memory holds is refused with the memory's name and line", () => {
  const store = (depth: number, width: number, count = 1) =>
    module({ name: "store", ports }, (io) => {
      let y: UInt = io.x;
      for (let i = 0; i < count; i++) {
        const words = memory(`words${i}`, { depth, type: uint(width) });
        words.write(io.x.extend(words.addressWidth), io.x.extend(width), io.x.bit(0));
        y = y.xor(words.read(`word${i}`, io.x.extend(words.addressWidth)).truncate(8));
      }
      io.y.set(y);
    });
  for (const [depth, width, count] of [
    [2 ** 29, 8],
    [2 ** 32, 8],
    [2 ** 40, 200],
    [2 ** 27, 64, 4],
  ] as const) {
    const circuit = store(depth, width, count);
    expect(() => wasm.open(circuit)).toThrow(
      new RegExp(
        `^the wasm engine needs \\d+ bytes .*: memory words0 of test/sim/wasm/limits.test.ts:\\d+ has ${depth} words`,
      ),
    );
    const dut = interpreter.open(circuit);
    dut.in.x = 77n;
    dut.step(2);
    expect(dut.out.y).toBe(count === 4 ? 77n : 0n);
  }
});

test("hierarchies, instances and memories by the thousand open in time that grows as they do", () => {
  let deep = module({ name: "leaf", ports }, (io) => {
    const held = register("held", uint(8), { reset: 1 });
    held.set(io.x.addWrap(held));
    io.y.set(held);
  });
  for (let i = 0; i < 3_000; i++) {
    const inner = deep;
    deep = module({ name: `level${i}`, ports }, (io) =>
      io.y.set(instance("u", inner, { x: io.x.addWrap(1) }).y.xor(io.x)),
    );
  }
  same(deep, { x: Uint8Array.of(1, 77, 200) }, 3);
  const stores = module({ name: "stores", ports }, (io) => {
    let x: UInt = io.x;
    for (let i = 0; i < 4_000; i++) {
      const words = memory(`w${i}`, { depth: 2, type: uint(8), contents: [i & 255] });
      words.write(x.bits(0, 0), x, x.bit(3));
      x = words.read(`q${i}`, x.bits(1, 1));
    }
    io.y.set(x);
  });
  same(stores, { x: Uint8Array.of(1, 77, 200) }, 3);
  const gate = module({ name: "gate", ports }, (io) => io.y.set(io.x.addWrap(3)));
  const row = module({ name: "row", ports }, (io) => {
    let x: UInt = io.x;
    for (let i = 0; i < 4_000; i++) x = instance(`u${i}`, gate, { x }).y;
    io.y.set(x);
  });
  same(row, { x: Uint8Array.of(1, 77, 200) }, 3);
});

test("a value made of 60,000 bits, and one bit of each of many", () => {
  const circuit = module({ name: "bits", ports }, (io) => {
    const bits = Array.from({ length: 60_000 }, (_, i) => io.x.bit(i % 8));
    io.y.set(concat(...(bits as unknown as [UInt, ...UInt[]])).bits(50_007, 50_000));
  });
  same(circuit, { x: Uint8Array.of(1, 77, 200) }, 3);
});

test("batches of many blocks, of wide and of narrow ports", () => {
  const sums = module(
    { name: "wide", ports: { x: input(uint(100)), y: output(uint(130)) } },
    (io) => {
      const sum = register("sum", uint(130), { reset: 0 });
      sum.set(sum.addWrap(io.x.extend(130)));
      io.y.set(sum);
    },
  );
  same(sums, { x: Array.from({ length: 9_000 }, (_, i) => BigInt(i) ** 5n) }, 9_000);
  const narrow = module({ name: "narrow", ports }, (io) => {
    const sum = register("sum", uint(8), { reset: 0 });
    sum.set(sum.addWrap(io.x));
    io.y.set(sum);
  });
  same(narrow, { x: Uint8Array.from({ length: 150_000 }, (_, i) => i ^ (i >> 8)) }, 150_000);
});
