import {
  bool,
  input,
  instance,
  literal,
  minimum,
  mux,
  named,
  output,
  rom,
  sint,
  uint,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { encoder, magnitudeBits } from "./encoder.ts";

const ports = {
  value: input(sint(32), "element of a key or value"),
  left: input(sint(16), "left shift from it to halves of W, negative to the right"),
  first: output(uint(8), "nearest code"),
  second: output(uint(8), "code nearest to what the first leaves"),
  saturated: output(bool(), "beyond the largest code by more than half a step"),
};

/** The one or two codes of a number in the cache. Combinational. */
export const cacheCode = circuit({
  name: "core_cache_code",
  description: "Integer to one or two RF8 codes",
  parameters: {},
  ports: () => ports,
  build(io) {
    const negative = io.value.isNegative();
    const absolute = mux(negative, io.value.negate(), io.value.extend(33)).asUInt().truncate(32);
    const wide = absolute.extend(56);
    // 21 places to the left are enough: whatever is not 0 is then beyond all codes.
    const up = minimum(io.left, literal(io.left.type, 22)).asUInt().truncate(5);
    const down = minimum(io.left.negate(), literal(sint(17), 33))
      .asUInt()
      .truncate(6);
    const shifted = mux(io.left.isNegative(), wide.shiftRightBy(down), wide.shiftLeftByWrap(up));
    const beyond = shifted.bits(55, magnitudeBits).orReduce();
    const maximum = literal(uint(magnitudeBits), 2 ** magnitudeBits - 1);
    const magnitude = mux(beyond, maximum, shifted.truncate(magnitudeBits));
    const first = instance("encode_first", encoder(), { magnitude, negative });

    // Twice W of the first code: its significand, in 1/16, by its exponent.
    const significands = rom("significands", {
      type: uint(6),
      contents: [24, 28, 30, 32, 34, 36, 40, 48],
    });
    const scaled = significands.read(first.code.bits(2, 0)).shiftLeftBy(first.code.bits(6, 3));
    const isZero = first.code.bits(6, 0).orReduce().not();
    const found = mux(isZero, literal(scaled.type, 0), scaled).truncate(magnitudeBits);
    const left = magnitude.sub(found);
    const over = left.isNegative();
    const rest = mux(
      over,
      left.negate().asUInt().truncate(magnitudeBits),
      left.asUInt().truncate(magnitudeBits),
    );
    named({ magnitude, rest });
    const second = instance("encode_second", encoder(), {
      magnitude: rest,
      negative: negative.xor(over),
    });
    io.first.set(first.code);
    io.second.set(second.code);
    io.saturated.set(magnitude.ge(52 * 2 ** 15));
  },
});
