import {
  bool,
  circuit,
  input,
  literal,
  type Module,
  module,
  mux,
  named,
  output,
  register,
  sint,
  when,
} from "@chisel-ts/core";
import { adders } from "./arithmetic/adder/adders.ts";
import { formats, header } from "./format.ts";
import { accumulatorBits, type CircuitParameters, complete, sumBits } from "./parameters.ts";

export const accumulateNames = [
  "format",
  "activation",
  "accumulator",
  "terms",
  "overflow",
  "adder",
] as const;

export type AccumulateParameters = Pick<CircuitParameters, (typeof accumulateNames)[number]>;

type SumParameters = AccumulateParameters & Pick<CircuitParameters, "lanes">;

const portsOf = (parameters: SumParameters) => {
  const { format, activation, lanes } = parameters;
  const { invalid } = formats[format];
  return {
    enable: input(bool(), "add product to the sum at the next rising edge"),
    clear: input(bool(), "with enable: start a new sum, from 0"),
    product: input(sint(sumBits(activation, format, lanes)), "term to add"),
    invalid_product: input(bool(), `an operand of product is ${invalid}`),
    sum: output(sint(accumulatorBits(parameters)), "accumulated sum"),
    invalid: output(bool(), `sticky: an operand was ${invalid} since the last clear`),
    overflow: output(bool(), "sticky: the sum overflowed since the last clear"),
  };
};

export type AccumulatePorts = ReturnType<typeof portsOf>;

/**
 * sum' = enable ? (clear ? 0 : sum) + product : sum, with sticky `invalid` and `overflow` that `clear`
 * resets. Without `enable` nothing changes, whatever `clear` says.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const accumulate = (given: Partial<AccumulateParameters> = {}): Module<AccumulatePorts> =>
  accumulateSums({
    ...complete(accumulateNames, given),
    lanes: 1,
  });

/** The accumulator whose `product` is the sum of `lanes` products. */
export const accumulateSums = (parameters: SumParameters): Module<AccumulatePorts> => {
  const { format, activation, accumulator, terms, overflow, adder, lanes } = parameters;
  return build({ format, activation, accumulator, terms, overflow, adder, lanes });
};

const build = circuit((all: SumParameters) => {
  const { lanes, ...single } = all;
  const parameters = lanes === 1 ? single : all;
  const { format, activation, overflow, adder } = all;
  const term = sumBits(activation, format, lanes);
  const width = accumulatorBits(all);
  return module(
    {
      ...header("accumulate", { ...parameters, width }),
      description: "Accumulator with clear, enable and sticky invalid and overflow",
      latency: 1,
      ports: portsOf(all),
    },
    (io) => {
      const wide = Math.max(width, term) + 1;
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
  );
});
