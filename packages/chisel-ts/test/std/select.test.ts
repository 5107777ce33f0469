import { describe, expect, test } from "vitest";
import {
  bitsFor,
  bool,
  delay,
  input,
  log2Ceil,
  maximum,
  minimum,
  module,
  oneHotMux,
  output,
  popCount,
  priorityEncoder,
  reverse,
  sint,
  uint,
  vec,
} from "../../src/index.ts";
import { open } from "../open.ts";

test("log2Ceil and bitsFor, against counting", () => {
  for (let n = 1; n < 300; n++) {
    let bits = 0;
    while (2 ** bits < n) bits++;
    expect(log2Ceil(n)).toBe(bits);
    expect(bitsFor(n - 1)).toBe(Math.max(1, (n - 1).toString(2).length));
  }
  expect(log2Ceil(2 ** 40 + 1)).toBe(41);
  for (const wrong of [0, -3, 1.5, Number.NaN, 2 ** 60])
    expect(() => log2Ceil(wrong)).toThrow(/^log2Ceil takes a whole number of 1 or more/);
  expect(() => bitsFor(-1)).toThrow(/^bitsFor takes a whole number of 0 or more/);
});

describe.each([1, 2, 3, 5, 8])("%i bits, all values", (width) => {
  const unit = module(
    {
      name: "unit",
      ports: {
        x: input(uint(width)),
        first: output(uint(bitsFor(width - 1))),
        any: output(bool()),
        ones: output(uint(bitsFor(width))),
        turned: output(uint(width)),
      },
    },
    (io) => {
      const { index, valid } = priorityEncoder(io.x);
      io.first.set(index);
      io.any.set(valid);
      io.ones.set(popCount(io.x));
      io.turned.set(reverse(io.x));
    },
  );
  test("priority encoder, population count and reversal", () => {
    const x = Uint8Array.from({ length: 2 ** width }, (_, i) => i);
    const { first, any, ones, turned } = open(unit).batch({ x }, x.length);
    for (const value of x) {
      const digits = [...value.toString(2).padStart(width, "0")];
      const lowest = digits.toReversed().indexOf("1");
      expect({
        value,
        first: first![value],
        any: any![value],
        ones: ones![value],
        turned: turned![value],
      }).toEqual({
        value,
        first: Math.max(0, lowest),
        any: Number(lowest >= 0),
        ones: digits.filter((digit) => digit === "1").length,
        turned: Number.parseInt(digits.toReversed().join(""), 2),
      });
    }
  });
});

test("oneHotMux is the or of what is selected; minimum and maximum of signed values", () => {
  const unit = module(
    {
      name: "unit",
      ports: {
        select: vec(3, input(bool())),
        values: vec(3, input(sint(4))),
        chosen: output(sint(4)),
        least: output(sint(4)),
        most: output(sint(4)),
      },
    },
    (io) => {
      io.chosen.set(oneHotMux(io.select, io.values));
      io.least.set(io.values.reduceTree(minimum));
      io.most.set(io.values.reduceTree(maximum));
      expect(() => oneHotMux(io.select, io.values.slice(1))).toThrow(
        /^a vector of 3 meets one of 2/,
      );
    },
  );
  const dut = open(unit);
  const values = [-7n, 3n, -2n];
  for (let select = 0; select < 8; select++) {
    values.forEach((value, i) => {
      dut.in.values[i] = value;
      dut.in.select[i] = ((select >> i) & 1) === 1;
    });
    const or = values.reduce((all, value, i) => all | ((select >> i) & 1 ? value : 0n), 0n);
    expect(dut.out.chosen).toBe(or);
    expect([dut.out.least, dut.out.most]).toEqual([-7n, 3n]);
  }
});

test("delay counts cycles, those with enable only where it is given", () => {
  const unit = module(
    {
      name: "unit",
      ports: {
        go: input(bool()),
        x: input({ a: uint(8), b: bool() }),
        y: output({ a: uint(8), b: bool() }),
        z: output(uint(8)),
      },
    },
    (io) => {
      const later = delay("later", io.x, 3);
      io.y.a.set(later.a);
      io.y.b.set(later.b);
      io.z.set(delay("held", io.x.a, 2, io.go));
      expect(delay("none", io.x.a, 0)).toBe(io.x.a);
      expect(() => delay("wrong", io.x.a, -1)).toThrow(/^`wrong` is delayed by a whole number/);
    },
  );
  const a = Uint8Array.from({ length: 20 }, (_, i) => i + 1);
  const go = a.map((_, i) => (i % 3 === 0 ? 1 : 0));
  const { y_a, y_b, z } = open(unit).batch({ x_a: a, x_b: a.map((v) => v & 1), go }, 20);
  expect([...y_a!]).toEqual([0, 0, 0, ...a.slice(0, 17)]);
  expect([...y_b!]).toEqual([0, 0, 0, ...a.slice(0, 17).map((v) => v & 1)]);
  const taken = [0, 0];
  expect([...z!]).toEqual(
    [...a].map((value, i) => {
      const shown = taken.at(-2);
      if (go[i] === 1) taken.push(value);
      return shown;
    }),
  );
});
