import { at, input, literal, mux, named, output, rom, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";

const ports = {
  z: input(uint(32), "exponent, 16 bits of fraction"),
  power: output(uint(20), "2^-z, 1 is 2^20 - 1"),
};

/** 2^−z: a table over the upper half of the fraction, a line over the lower half, shifted by the whole part. Combinational. */
export const exponential = circuit({
  name: "exponential",
  description: "Powers of 2 by table and line",
  parameters: {},
  ports: () => ports,
  build(io) {
    // Each entry, and how far below it the next one is.
    const powers = Array.from({ length: 257 }, (_, i) => Math.round(2 ** (20 - i / 256)));
    const entries = rom("powers", { type: uint(21), contents: powers.slice(0, 256) });
    const falls = rom("falls", {
      type: uint(12),
      contents: powers.slice(1).map((power, i) => at(powers, i) - power),
    });
    const index = io.z.bits(15, 8);
    const fall = falls.read(index).mul(io.z.bits(7, 0)).shiftRight(8);
    const line = entries.read(index).subWrap(fall.extend(21)).asUInt();
    const whole = io.z.bits(31, 16);
    const shifted = line.shiftRightBy(whole.bits(4, 0));
    named({ line, shifted });
    const one = literal(uint(20), 2 ** 20 - 1);
    const small = mux(shifted.bit(20), one, shifted.bits(19, 0));
    io.power.set(mux(whole.gt(20), literal(uint(20), 0), small));
  },
});
