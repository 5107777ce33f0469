import {
  bool,
  circuit,
  concat,
  input,
  literal,
  type Module,
  module,
  mux,
  named,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";

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
export const reciprocal = (): Module<typeof ports> => build({});

const build = circuit((_: object) =>
  module({ name: "reciprocal", description: "Reciprocal by restoring division", ports }, (io) => {
    const left = register("left", uint(5), { reset: 0 });
    const divisor = register("divisor_taken", uint(16), { reset: 0 });
    const remainder = register("remainder", uint(16), { reset: 0 });
    const quotient = register("quotient_so_far", uint(16), { reset: 0 });
    const busy = left.orReduce();
    const next = concat(remainder, literal(bool(), true));
    const fits = next.ge(divisor.extend(17));
    const reduced = next.subWrap(divisor.extend(17)).asUInt();
    named({ next, fits });
    when(io.start, () => {
      left.set(16);
      divisor.set(io.divisor);
      remainder.set(2 ** 15 - 1);
      quotient.set(0);
    }).elsewhen(busy, () => {
      left.set(left.subWrap(1));
      remainder.set(mux(fits, reduced, next).truncate(16));
      quotient.set(concat(quotient.bits(14, 0), fits));
    });
    io.busy.set(busy);
    io.quotient.set(quotient);
  }),
);
