import { input, literal, mux, output, rom, sint, type UInt, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { factorBytes } from "./descriptor.ts";

/** The factor that ends a row: mantissa · 2^(−16 − shift). @param beat the last one of the row */
export function factorOf(beat: UInt): { readonly mantissa: UInt; readonly shift: UInt } {
  const low = beat.width - 8 * factorBytes;
  return { mantissa: beat.bits(low + 15, low), shift: beat.bits(low + 20, low + 16) };
}

const ports = {
  code: input(uint(8), "RF8 code"),
  value: output(sint(32), "W * 2^10; 0 of NaN"),
};

/** What the vector memory holds of a code of the embedding. Combinational. */
export const embeddedCode = circuit({
  name: "core_embedded_code",
  description: "RF8 code to integer",
  parameters: {},
  ports: () => ports,
  build(io) {
    const significands = rom("significands", {
      type: uint(5),
      contents: [12, 14, 15, 16, 17, 18, 20, 24],
    });
    const significand = significands.read(io.code.bits(2, 0)).extend(21).shiftLeft(10);
    const magnitude = significand.shiftLeftByWrap(io.code.bits(6, 3));
    const isZero = io.code.bits(6, 0).orReduce().not();
    const kept = mux(isZero, literal(uint(31), 0), magnitude).toSInt();
    io.value.set(mux(io.code.bit(7), literal(sint(32), 0).subWrap(kept), kept));
  },
});
