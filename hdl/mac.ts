import {
  bool,
  circuit,
  type HardwareType,
  input,
  instance,
  type Module,
  module,
  output,
  type Port,
  sint,
  uint,
} from "@chisel-ts/core";
import { accumulate, accumulateNames } from "./accumulate.ts";
import { formats, header } from "./format.ts";
import {
  accumulatorBits,
  activationNote,
  activationType,
  type CircuitParameters,
  complete,
  only,
} from "./parameters.ts";
import { productOf, registeredProductOf } from "./product/product.ts";
import { stage } from "./stage.ts";

export const macNames = [...accumulateNames, "multiplier", "pipeline"] as const;

export type MacParameters = Pick<CircuitParameters, (typeof macNames)[number]>;

export interface MacPorts {
  readonly [name: string]: Port;
  readonly weight: Port<"input", HardwareType<"uint">>;
  readonly activation: Port<"input", HardwareType<"sint"> | HardwareType<"uint">>;
  readonly enable: Port<"input", HardwareType<"bool">>;
  readonly clear: Port<"input", HardwareType<"bool">>;
  readonly sum: Port<"output", HardwareType<"sint">>;
  readonly invalid: Port<"output", HardwareType<"bool">>;
  readonly overflow: Port<"output", HardwareType<"bool">>;
}

/**
 * The multiply-accumulate unit: sum' = enable ? (clear ? 0 : sum) + W(weight)·activation : sum.
 *
 * Pipeline registers are added after the product, at the inputs, inside it. Latency: 1 + pipeline cycles.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const mac = (given: Partial<MacParameters> = {}): Module<MacPorts> =>
  build(complete(macNames, given));

const build = circuit((parameters: MacParameters) => {
  const { format, activation, pipeline } = parameters;
  const width = accumulatorBits(parameters);
  const ports: MacPorts = {
    weight: input(uint(8), `${format.toUpperCase()} code`),
    activation: input(activationType(activation), activationNote(activation)),
    enable: input(bool(), "take the operands at this edge"),
    clear: input(bool(), "with enable: start from 0"),
    sum: output(sint(width), "sum of W(weight) · activation"),
    invalid: output(bool(), `a ${formats[format].invalid} was taken since the last clear`),
    overflow: output(bool(), "the sum left the accumulator since the last clear"),
  };
  return module(
    {
      ...header("mac", { ...parameters, width }),
      description: `${format.toUpperCase()} multiply-accumulate unit`,
      latency: 1 + pipeline,
      ports,
    },
    (io) => {
      const product = pipeline >= 3 ? registeredProductOf : productOf;
      const { weight, activation: x, enable, clear } = io;
      const taken = stage("taken", pipeline >= 2, { weight, activation: x, enable, clear });

      const { multiplier, adder } = parameters;
      const multiply = product({ format, activation, multiplier, adder });
      const term = instance("multiplier", multiply, {
        weight: taken.weight,
        activation: taken.activation,
      });
      const beside = stage("beside", pipeline >= 3, { enable: taken.enable, clear: taken.clear });

      const ready = stage("term", pipeline >= 1, {
        ...beside,
        product: term.product,
        invalid: term.invalid,
      });
      const { invalid: invalid_product, ...rest } = ready;
      const total = instance("accumulator", accumulate(only(accumulateNames, parameters)), {
        ...rest,
        invalid_product,
      });
      io.sum.set(total.sum);
      io.invalid.set(total.invalid);
      io.overflow.set(total.overflow);
    },
  );
});
