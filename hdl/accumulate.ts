import {
  bool,
  circuit,
  type HardwareType,
  input,
  literal,
  type Module,
  module,
  mux,
  named,
  output,
  type Port,
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

export interface AccumulatePorts {
  readonly [name: string]: Port;
  readonly enable: Port<"input", HardwareType<"bool">>;
  readonly clear: Port<"input", HardwareType<"bool">>;
  readonly product: Port<"input", HardwareType<"sint">>;
  readonly invalid_product: Port<"input", HardwareType<"bool">>;
  readonly sum: Port<"output", HardwareType<"sint">>;
  readonly invalid: Port<"output", HardwareType<"bool">>;
  readonly overflow: Port<"output", HardwareType<"bool">>;
}

/**
 * sum' = enable ? (clear ? 0 : sum) + product : sum, with sticky `invalid` and `overflow` that `clear`
 * takes back. Without `enable` nothing changes, whatever `clear` says.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const accumulate = (given: Partial<AccumulateParameters> = {}): Module<AccumulatePorts> =>
  accumulateSums({
    ...complete(accumulateNames, given),
    lanes: 1,
  });

/** The accumulator whose `product` is the sum of so many products. */
export const accumulateSums = (
  parameters: AccumulateParameters & Pick<CircuitParameters, "lanes">,
): Module<AccumulatePorts> => {
  const { format, activation, accumulator, terms, overflow, adder, lanes } = parameters;
  return build({ format, activation, accumulator, terms, overflow, adder, lanes });
};

const build = circuit((all: AccumulateParameters & Pick<CircuitParameters, "lanes">) => {
  const { lanes, ...single } = all;
  const parameters = lanes === 1 ? single : all;
  const { format, activation, overflow, adder } = all;
  const term = sumBits(activation, format, lanes);
  const width = accumulatorBits(all);
  const ports: AccumulatePorts = {
    enable: input(bool(), "take the product at this edge"),
    clear: input(bool(), "with enable: start from 0"),
    product: input(sint(term), "the term to add"),
    invalid_product: input(bool(), `the term is ${formats[format].invalid}`),
    sum: output(sint(width), "the accumulator"),
    invalid: output(bool(), `a ${formats[format].invalid} was taken since the last clear`),
    overflow: output(bool(), "the sum left the accumulator since the last clear"),
  };
  return module(
    {
      ...header("accumulate", { ...parameters, width }),
      description: "Accumulator with clear, enable and sticky invalid and overflow",
      latency: 1,
      ports,
    },
    (io) => {
      const wide = Math.max(width, term) + 1;
      const sum = register("acc", sint(width), { reset: 0 });
      const invalid = register("invalid_seen", bool(), { reset: 0 });
      const overflowed = register("overflow_seen", bool(), { reset: 0 });

      const base = mux(io.clear, literal(sint(width), 0), sum);
      const total = adders[adder](base.extend(wide), io.product.extend(wide));
      const outside = total.bits(wide - 1, width - 1);
      const leaves = outside.andReduce().or(outside.orReduce().not()).not();
      const kept = total.truncate(width);
      const limit = mux(
        total.isNegative(),
        literal(sint(width), -(2n ** BigInt(width - 1))),
        literal(sint(width), 2n ** BigInt(width - 1) - 1n),
      );
      named({ base, total, leaves });

      when(io.enable, () => {
        sum.set(overflow === "saturate" ? mux(leaves, limit, kept) : kept);
        invalid.set(io.clear.not().and(invalid).or(io.invalid_product));
        overflowed.set(io.clear.not().and(overflowed).or(leaves));
      });
      io.sum.set(sum);
      io.invalid.set(invalid);
      io.overflow.set(overflowed);
    },
  );
});
