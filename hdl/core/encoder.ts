import { bool, concat, input, literal, mux, named, output, type UInt, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";

/** Bits of a magnitude in halves of W. */
export const magnitudeBits = 21;

const ports = {
  magnitude: input(uint(magnitudeBits), "magnitude in halves of W, lower bits truncated"),
  negative: input(bool(), "sign of the value"),
  code: output(uint(8), "nearest canonical RF8 code, ties away from zero, saturated"),
};

/** Boundaries within an octave in 1/32, and the residual code below each; 1.75 and 1.875 are of the next octave. */
const steps = [
  { below: 33, residual: 3, next: 0 },
  { below: 35, residual: 4, next: 0 },
  { below: 38, residual: 5, next: 0 },
  { below: 44, residual: 6, next: 0 },
  { below: 52, residual: 7, next: 0 },
  { below: 58, residual: 1, next: 1 },
  { below: 62, residual: 2, next: 1 },
] as const;

/**
 * The RF8 code nearest to a value: the place of the leading one gives the exponent, the five bits behind it the residual by
 * comparison with the boundaries between codes. Combinational.
 */
export const encoder = circuit({
  name: "rf8_encoder",
  description: "Integer to the nearest RF8 code",
  parameters: {},
  ports: () => ports,
  build(io) {
    const { magnitude } = io;
    // The significand has the leading one and five bits: bits e + 5 to e where bit e + 5 leads.
    let significand: UInt = literal(uint(6), 0);
    let exponent: UInt = literal(uint(5), 0);
    for (let e = 0; e + 5 < magnitudeBits; e++) {
      const above = magnitude.bit(e + 5);
      significand = mux(above, magnitude.bits(e + 5, e), significand);
      exponent = mux(above, literal(uint(5), e), exponent);
    }
    let scaled = concat(exponent.addWrap(1), literal(uint(3), 3));
    for (const { below, residual, next } of [...steps].reverse())
      scaled = mux(
        significand.lt(below),
        concat(next === 1 ? exponent.addWrap(1) : exponent, literal(uint(3), residual)),
        scaled,
      );
    const ordinary = mux(scaled.gt(0x7f), literal(uint(8), 0x7f), scaled);
    // Below 1 there are three codes more, of W 14 and 15, and zero.
    const small = mux(
      magnitude.lt(14),
      literal(uint(8), 0),
      mux(
        magnitude.lt(29),
        literal(uint(8), 1),
        mux(magnitude.lt(31), literal(uint(8), 2), literal(uint(8), 3)),
      ),
    );
    const positive = mux(magnitude.lt(32), small, ordinary);
    named({ significand, exponent, positive });
    io.code.set(concat(io.negative.and(positive.orReduce()), positive.bits(6, 0)));
  },
});
