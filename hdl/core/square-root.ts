import { bool, concat, input, literal, mux, named, output, register, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { bitSerial } from "./bit-serial.ts";

const ports = {
  start: input(bool(), "take the radicand"),
  radicand: input(uint(32), "any value"),
  busy: output(bool(), "extracting; 16 cycles from the one after start"),
  root: output(uint(16), "floor of the square root, when no longer busy"),
};

/** ⌊√radicand⌋ digit by digit, a bit a cycle: two bits of the radicand join the remainder, and 4 · root + 1 is tried. */
export const squareRoot = circuit({
  name: "square_root",
  description: "Square root, a bit a cycle",
  parameters: {},
  ports: () => ports,
  build(io) {
    const radicand = register("radicand_left", uint(32), { reset: 0 });
    const remainder = register("remainder", uint(18), { reset: 0 });
    const root = register("root_so_far", uint(16), { reset: 0 });
    const next = concat(remainder.bits(17, 0), radicand.bits(31, 30));
    const trial = concat(root, literal(uint(2), 1)).extend(20);
    const fits = next.ge(trial);
    const reduced = next.subWrap(trial).asUInt();
    named({ next, trial, fits });
    bitSerial(io, {
      begin() {
        radicand.set(io.radicand);
        remainder.set(0);
        root.set(0);
      },
      step() {
        radicand.set(radicand.shiftLeft(2).truncate(32));
        remainder.set(mux(fits, reduced, next).truncate(18));
        root.set(concat(root.bits(14, 0), fits));
      },
    });
    io.root.set(root);
  },
});
