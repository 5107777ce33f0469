import { bool, input, literal, mux, named, output, register, sint, when } from "@chisel-ts/core";
import { adders } from "./arithmetic/adder/adders.ts";
import { circuit, type ValuesOf } from "./circuit.ts";
import { formats } from "./format.ts";
import { accumulatorBits, checkOperands, parameters, sumBits } from "./parameters.ts";

const { format, activation, accumulator, terms, overflow, adder, lanes } = parameters;

/**
 * sum' = enable ? (clear ? 0 : sum) + product : sum, with sticky `invalid` and `overflow` that `clear`
 * resets. Without `enable` nothing changes, whatever `clear` says. With several `lanes` the product is the sum of that
 * many products.
 *
 * @throws CircuitError for a parameter out of range.
 *
 * @example
 * console.log(accumulate({}).clocked); // true
 */
export const accumulate = circuit({
  name: "accumulate",
  description: "Accumulator with clear, enable and sticky invalid and overflow",
  parameters: {
    format,
    activation,
    accumulator,
    terms,
    overflow,
    adder,
    lanes: { ...lanes, default: 1, quiet: true },
  },
  check: checkOperands,
  derived: (all) => ({ width: accumulatorBits(all) }),
  latency: () => 1,
  ports({ format, activation, lanes, width }) {
    const { invalid } = formats[format];
    return {
      enable: input(bool(), "add product to the sum at the next rising edge"),
      clear: input(bool(), "with enable: start a new sum, from 0"),
      product: input(sint(sumBits(activation, format, lanes)), "term to add"),
      invalid_product: input(bool(), `an operand of product is ${invalid}`),
      sum: output(sint(width), "accumulated sum"),
      invalid: output(bool(), `sticky: an operand was ${invalid} since the last clear`),
      overflow: output(bool(), "sticky: the sum overflowed since the last clear"),
    };
  },
  build(io, { width, overflow, adder }) {
    const wide = Math.max(width, io.product.width) + 1;
    const sum = register("acc", sint(width), { reset: 0 });
    const invalid = register("invalid_seen", bool(), { reset: 0 });
    const overflowed = register("overflow_seen", bool(), { reset: 0 });

    const base = mux(io.clear, literal(sint(width), 0), sum);
    const total = adders[adder](base.extend(wide), io.product.extend(wide));
    const outside = total.bits(wide - 1, width - 1);
    const overflows = outside.andReduce().or(outside.orReduce().not()).not();
    const kept = total.truncate(width);
    const limit = mux(
      total.isNegative(),
      literal(sint(width), -(2n ** BigInt(width - 1))),
      literal(sint(width), 2n ** BigInt(width - 1) - 1n),
    );
    named({ base, total, overflows });

    when(io.enable, () => {
      sum.set(overflow === "saturate" ? mux(overflows, limit, kept) : kept);
      invalid.set(io.clear.not().and(invalid).or(io.invalid_product));
      overflowed.set(io.clear.not().and(overflowed).or(overflows));
    });
    io.sum.set(sum);
    io.invalid.set(invalid);
    io.overflow.set(overflowed);
  },
});

export type AccumulateParameters = ValuesOf<typeof accumulate.parameters>;
