import { input, type Module, module, output, sint, uint } from "@chisel-ts/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Adder, adders } from "../../../hdl/arithmetic/adder/adders.ts";
import { carrySave, type Multiplier, multipliers } from "../../../hdl/arithmetic/multiplier.ts";
import { negated } from "../../../hdl/arithmetic/negated.ts";
import { product as circuit } from "../../../hdl/product/product.ts";
import { engines } from "../../../sim/index.ts";

const multiplierNames = Object.keys(multipliers) as Multiplier[];
const adderNames = Object.keys(adders) as Adder[];
const all = (low: number, high: number): number[] =>
  Array.from({ length: high - low }, (_, index) => low + index);

/** A product of operands of any widths; the multiplier, which Booth recodes, signed or not. */
function product(widths: readonly [number, number], signed: boolean, name: Multiplier): Module {
  const [m, n] = widths;
  const ports = {
    a: input(sint(m)),
    b: input(signed ? sint(n) : uint(n)),
    product: output(sint(m + n)),
  };
  return module({ name: "product", ports }, (io) => {
    const { sum, carry } = carrySave(name, io.a, io.b);
    io.product.set(sum.addWrap(carry));
  });
}

test("every multiplier, widths of 1 to 8, signed and unsigned: each pair as JavaScript multiplies it", () => {
  const width = fc.integer({ min: 1, max: 8 });
  fc.assert(
    fc.property(
      width,
      width,
      fc.boolean(),
      fc.constantFrom(...multiplierNames),
      (m, n, signed, name) => {
        const as = all(-(2 ** (m - 1)), 2 ** (m - 1));
        const bs = signed ? all(-(2 ** (n - 1)), 2 ** (n - 1)) : all(0, 2 ** n);
        const pairs = as.flatMap((a) => bs.map((b) => ({ a, b })));
        const simulation = engines.wasm.open(product([m, n], signed, name));
        const found = simulation.batch(
          {
            a: Int8Array.from(pairs, ({ a }) => a),
            b: signed ? Int8Array.from(pairs, ({ b }) => b) : Uint8Array.from(pairs, ({ b }) => b),
          },
          pairs.length,
        ).product!;
        simulation.close();
        const wrong = pairs.findIndex(({ a, b }, index) => Number(found[index]) !== a * b);
        expect(pairs[wrong], `${name}, ${m} × ${n} bits`).toBeUndefined();
      },
    ),
    { numRuns: 150 },
  );
});

const widths = all(1, 8);

test.each(adderNames)(
  "%s, widths of 1 to 7: each pair modulo 2^width, and each negative",
  (name) => {
    for (const width of widths) {
      const values = all(-(2 ** (width - 1)), 2 ** (width - 1));
      const pairs = values.flatMap((a) => values.map((b) => ({ a, b })));
      const operand = () => input(sint(width));
      const results = { sum: output(sint(width)), negative: output(sint(width + 1)) };
      const ports = { a: operand(), b: operand(), ...results };
      const unit = module({ name: "sums", ports }, (io) => {
        io.sum.set(adders[name](io.a, io.b));
        io.negative.set(negated(io.a, name));
      });
      const simulation = engines.wasm.open(unit);
      const { sum, negative } = simulation.batch(
        { a: Int8Array.from(pairs, ({ a }) => a), b: Int8Array.from(pairs, ({ b }) => b) },
        pairs.length,
      );
      simulation.close();
      expect(Array.from(sum!, Number)).toEqual(
        pairs.map(({ a, b }) => Number(BigInt.asIntN(width, BigInt(a + b)))),
      );
      expect(Array.from(negative!, Number)).toEqual(pairs.map(({ a }) => 0 - a));
    }
  },
);

test("what is written in no way of its own is refused in words", () => {
  expect(() => circuit({ multiplier: "dadda" })).toThrow(
    "multiplier is dadda, but an RF8 product has none",
  );
  expect(() => circuit({ format: "int8", multiplier: "karatsuba" as Multiplier })).toThrow(
    "multiplier is karatsuba; it must be operator, array, wallace, dadda, booth-array, booth-wallace or booth-dadda",
  );
  expect(() => circuit({ format: "int8", activation: "e4m3" })).toThrow(
    "activation is e4m3; it must be int8 or int16, or the weights must be E4M3 too (format e4m3)",
  );
});
