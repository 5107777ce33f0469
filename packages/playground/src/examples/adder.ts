// A saturating adder, its model, and properties that fast-check tries and shrinks.
import fc from "fast-check";
import { type Columns, engines, input, literal, module, mux, output, uint } from "rf8";

export const saturating = module(
  {
    name: "saturating_adder",
    ports: { a: input(uint(8)), b: input(uint(8)), sum: output(uint(8)) },
  },
  ({ a, b, sum }) => {
    const whole = a.add(b);
    const maximum = literal(uint(8), 255);
    sum.set(mux(whole.bit(8), maximum, whole.truncate(8)));
  },
);

/** What the adder must do: verification and mutation compare with it. */
export function reference({ a = [], b = [] }: Columns, cycles: number): Columns {
  return {
    sum: Uint8Array.from({ length: cycles }, (_, i) => Math.min(255, Number(a[i]) + Number(b[i]))),
  };
}

const byte = fc.bigInt({ min: 0n, max: 255n });

export function testThatOrderDoesNotMatter() {
  const dut = engines.wasm.open(saturating, {});
  fc.assert(
    fc.property(byte, byte, (a, b) => {
      [dut.in.a, dut.in.b] = [a, b];
      const sum = dut.out.sum;
      [dut.in.a, dut.in.b] = [b, a];
      return dut.out.sum === sum;
    }),
  );
}

/** It is not: fast-check finds the smallest pair that saturates. */
export function testThatItIsExact() {
  const dut = engines.wasm.open(saturating, {});
  fc.assert(
    fc.property(byte, byte, (a, b) => {
      [dut.in.a, dut.in.b] = [a, b];
      return dut.out.sum === a + b;
    }),
    { seed: 1 },
  );
}
