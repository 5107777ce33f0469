import { bool, concat, input, literal, mux, named, output, register, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { bitSerial } from "./bit-serial.ts";

const ports = {
  start: input(bool(), "take the divisor"),
  divisor: input(uint(16), "2^15 or more"),
  busy: output(bool(), "dividing; 16 cycles from the one after start"),
  quotient: output(uint(16), "floor((2^31 - 1) / divisor), when no longer busy"),
};

/**
 * ⌊(2^31 − 1) / divisor⌋ by restoring division, a bit a cycle: the dividend's first 15 bits are below every divisor, so
 * the remainder begins with them.
 */
export const reciprocal = circuit({
  name: "reciprocal",
  description: "Reciprocal by restoring division",
  parameters: {},
  ports: () => ports,
  build(io) {
    const divisor = register("divisor_held", uint(16), { reset: 0 });
    const remainder = register("remainder", uint(16), { reset: 0 });
    const quotient = register("quotient_so_far", uint(16), { reset: 0 });
    const next = concat(remainder, literal(bool(), true));
    const fits = next.ge(divisor.extend(17));
    const reduced = next.subWrap(divisor.extend(17)).asUInt();
    named({ next, fits });
    bitSerial(io, {
      begin() {
        divisor.set(io.divisor);
        remainder.set(2 ** 15 - 1);
        quotient.set(0);
      },
      step() {
        remainder.set(mux(fits, reduced, next).truncate(16));
        quotient.set(concat(quotient.bits(14, 0), fits));
      },
    });
    io.quotient.set(quotient);
  },
});
