import { bool, concat, input, output, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";

/**
 * Splits a weight code into what the datapath needs: W = ±(16 ± residual) · 2^exponent, with the
 * residual in sixteenths of the first term and at most one of its bits set (docs/format.md).
 *
 * Codes 0x00 (zero) and 0x80 (NaN) are not `active`: they contribute nothing.
 *
 * @example
 * const dut = engines.wasm.open(decode());
 * dut.in.weight = 0x80n;
 * console.log(dut.out.invalid); // true
 */
export const decode = circuit({
  name: "decode",
  description: "RF8 weight code to the two terms of W = ±(16 ± residual) · 2^exponent",
  parameters: {},
  latency: () => 0,
  ports: () => ({
    weight: input(uint(8), "weight, RF8 code: sign, 4-bit exponent, 3-bit residual"),
    negative: output(bool(), "the sign bit of the code"),
    exponent: output(uint(4), "exponent of the code: left shift of both terms"),
    residual: output(
      uint(4),
      "magnitude of the second term in sixteenths of the first: 0, 1, 2, 4 or 8",
    ),
    subtract: output(bool(), "subtract the second term instead of adding it"),
    active: output(bool(), "the code is neither zero nor NaN"),
    invalid: output(bool(), "the code is NaN"),
  }),
  build(io) {
    const state = io.weight.bits(2, 0);
    const is = (value: number) => state.eq(value);
    const active = io.weight.bits(6, 0).orReduce();

    io.negative.set(io.weight.bit(7));
    io.exponent.set(io.weight.bits(6, 3));
    io.residual.set(concat(is(7), is(0).or(is(6)), is(1).or(is(5)), is(2).or(is(4))));
    io.subtract.set(state.lt(3));
    io.active.set(active);
    io.invalid.set(io.weight.bit(7).and(active.not()));
  },
});
