import { concat, input, literal, module, mux, output, register, sint, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import type { Engine } from "../../sim/index.ts";

/** What tools are known to differ in: distances wider than a word, sizes around words, signs and zeros. */
const differences = module(
  {
    name: "differences",
    ports: {
      a: input(uint(40)),
      s: input(sint(64)),
      w: input(uint(130)),
      by: input(uint(70)),
      distance: input(uint(200)),
      right: output(uint(40)),
      arithmetic: output(sint(64)),
      wide_right: output(uint(130)),
      wide_arithmetic: output(sint(130)),
      by_itself: output(uint(40)),
      zero: output(sint(8)),
      least: output(sint(64)),
      product: output(sint(128)),
      less: output(uint(4)),
      ones: output(uint(65)),
      chosen: output(uint(130)),
    },
  },
  (io) => {
    io.right.set(io.a.shiftRightBy(io.by));
    io.arithmetic.set(io.s.shiftRightBy(io.distance));
    io.wide_right.set(io.w.shiftRightBy(io.by));
    io.wide_arithmetic.set(io.w.asSInt().shiftRightBy(io.distance));
    io.by_itself.set(io.a.shiftRightBy(io.a));
    const zero = register("zero_held", sint(8), { reset: -0 });
    zero.set(mux(io.a.orReduce(), literal(sint(8), -0), zero));
    io.zero.set(zero);
    io.least.set(io.s.subWrap(literal(sint(64), -(2n ** 63n))));
    io.product.set(io.s.mul(io.s));
    io.less.set(
      concat(
        io.s.lt(literal(sint(64), 0)),
        io.w.lt(literal(uint(130), 1n << 129n)),
        io.s.eq(literal(sint(64), -1)),
        io.w.asSInt().lt(literal(sint(130), 0)),
      ),
    );
    io.ones.set(io.a.bit(39).replicate(65));
    io.chosen.set(mux(io.by.bit(69), io.w, io.w.not()));
  },
);

const cases = {
  a: [1n, 2n ** 40n - 1n, 0n, 39n, 40n, 2n ** 39n],
  s: [-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, 1n, -2n],
  w: [1n, 2n ** 130n - 1n, 2n ** 129n, 2n ** 64n, 0n, 2n ** 65n - 1n],
  by: [
    0n,
    1n,
    39n,
    40n,
    63n,
    64n,
    65n,
    129n,
    130n,
    2n ** 32n,
    2n ** 64n,
    2n ** 64n + 1n,
    2n ** 70n - 1n,
  ],
  distance: [
    0n,
    63n,
    64n,
    129n,
    130n,
    2n ** 32n,
    2n ** 64n,
    2n ** 64n + 63n,
    2n ** 128n + 1n,
    2n ** 199n,
  ],
};

const u = BigInt.asUintN;
const i = BigInt.asIntN;
const bit = (condition: boolean): bigint => (condition ? 1n : 0n);
const shifted = (value: bigint, by: bigint, width: bigint): bigint =>
  value >> (by > width ? width : by);

/** Written from the documentation with bigints alone. */
function expected({ a, s, w, by, distance }: Record<keyof typeof cases, bigint>) {
  const signed = i(130, w);
  return {
    right: shifted(a, by, 40n),
    arithmetic: shifted(s, distance, 64n),
    wide_right: shifted(w, by, 130n),
    wide_arithmetic: shifted(signed, distance, 130n),
    by_itself: shifted(a, a, 40n),
    zero: 0n,
    least: i(64, s + 2n ** 63n),
    product: s * s,
    less:
      (bit(s < 0n) << 3n) | (bit(w < 1n << 129n) << 2n) | (bit(s === -1n) << 1n) | bit(signed < 0n),
    ones: (a >> 39n) & 1n ? 2n ** 65n - 1n : 0n,
    chosen: (by >> 69n) & 1n ? w : u(130, ~w),
  };
}

/** Values on which tools are known to differ. */
export function contractOfArithmetic(engine: Engine): void {
  test(`${engine.name} computes what bigints do where tools differ`, () => {
    const rows = Array.from({ length: 390 }, (_, n) => ({
      a: cases.a[n % 6] ?? 0n,
      s: cases.s[(n * 5 + 1) % 6] ?? 0n,
      w: cases.w[(n * 7 + (n >> 3)) % 6] ?? 0n,
      by: cases.by[n % 13] ?? 0n,
      distance: cases.distance[(n * 3 + (n >> 5)) % 10] ?? 0n,
    }));
    const dut = engine.open(differences);
    const response = dut.batch(
      {
        a: BigUint64Array.from(rows.map((row) => row.a)),
        s: BigInt64Array.from(rows.map((row) => row.s)),
        w: rows.map((row) => row.w),
        by: rows.map((row) => row.by),
        distance: rows.map((row) => row.distance),
      },
      rows.length,
    );
    dut.close();
    rows.forEach((row, n) => {
      const found = Object.fromEntries(
        Object.entries(response).map(([name, column]) => [name, BigInt(column[n] ?? -1)]),
      );
      expect({ row, ...found }).toEqual({ row, ...expected(row) });
    });
  });
}
