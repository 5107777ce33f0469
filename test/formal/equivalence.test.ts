import {
  bool,
  CircuitError,
  input,
  module,
  output,
  register,
  switchOn,
  uint,
  when,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { equivalence, prove } from "../../formal/index.ts";
import { mac } from "../../hdl/mac.ts";
import { product } from "../../hdl/product/product.ts";

const ports = { a: input(uint(6)), b: input(uint(6)), c: output(uint(6)) };

/** a + b modulo 64, as an adder and as a ripple of half additions. */
const adder = module({ name: "adder", ports }, (io) => io.c.set(io.a.addWrap(io.b)));
const ripple = (stages: number) =>
  module({ name: "adder", ports }, (io) => {
    let [sum, carry] = [io.a.xor(io.b), io.a.and(io.b)];
    for (let i = 1; i < stages; i++) {
      const shifted = carry.shiftLeft(1).truncate(6);
      [sum, carry] = [sum.xor(shifted), sum.and(shifted)];
    }
    io.c.set(sum);
  });

test("two ways to add are one circuit, and one that drops the last carry is not", async () => {
  expect(await prove(equivalence(adder, ripple(6)))).toMatchObject({
    verdict: "proved",
    method: "sat",
  });
  const verdict = await prove(equivalence(adder, ripple(5)));
  expect(verdict.verdict).toBe("disproved");
  if (verdict.verdict !== "disproved") return;
  const { a = [], b = [] } = verdict.trace.inputs;
  // The shortest carry chain that needs the sixth step runs from the lowest bit to the highest.
  expect((a[0]! & 1n) + (b[0]! & 1n)).toBe(2n);
});

/** A delay of so many cycles. */
const delay = (cycles: number) =>
  module({ name: "delay", ports: { a: input(bool()), c: output(bool()) } }, (io) => {
    let last = io.a;
    for (let i = 0; i < cycles; i++) {
      const next = register(`d${i}`, bool(), { reset: 0 });
      next.set(last);
      last = next;
    }
    io.c.set(last);
  });

test("a choice by values is a chain of conditions, and a code in another arm is found", async () => {
  const arms = (moved: number) =>
    module({ name: "choice", ports }, (io) =>
      switchOn(io.a)
        .case([1, 2, 3, 40], () => io.c.set(io.b))
        .case([4, 5, moved], () => io.c.set(io.b.not()))
        .default(() => io.c.set(0)),
    );
  const chain = module({ name: "choice", ports }, (io) => {
    when(io.a.ge(1).and(io.a.le(3)).or(io.a.eq(40)), () => io.c.set(io.b))
      .elsewhen(io.a.eq(4).or(io.a.eq(5)).or(io.a.eq(63)), () => io.c.set(io.b.not()))
      .otherwise(() => io.c.set(0));
  });
  expect((await prove(equivalence(arms(63), chain))).verdict).toBe("proved");
  expect((await prove(equivalence(arms(62), chain))).verdict).toBe("disproved");
});

test("circuits with state are compared for all time", async () => {
  expect(await prove(equivalence(delay(3), delay(3)))).toMatchObject({
    verdict: "proved",
    method: "k-induction",
  });
  expect((await prove(equivalence(delay(3), delay(2)))).verdict).toBe("disproved");
});

test("a circuit of several modules and another of the same names", async () => {
  expect((await prove(equivalence(product(), product()))).verdict).toBe("proved");
  expect((await prove(equivalence(mac(), mac()))).verdict).toBe("proved");
});

test("circuits of other ports are refused", () => {
  expect(() => equivalence(product(), mac())).toThrow(
    new CircuitError("only one of product and mac has the output product of 28 bits"),
  );
  expect(() => equivalence(product(), product({ activation: "int16" }))).toThrow(
    /activation of 8 bits/,
  );
});
