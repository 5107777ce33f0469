import {
  bool,
  circuit,
  connect,
  input,
  instance,
  type Module,
  module,
  output,
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

const portsOf = (parameters: MacParameters) => {
  const { format, activation } = parameters;
  const { invalid } = formats[format];
  return {
    weight: input(uint(8), `weight, ${format.toUpperCase()} code`),
    activation: input(activationType(activation), activationNote(activation)),
    enable: input(bool(), "accumulate weight times activation at the next rising edge"),
    clear: input(bool(), "with enable: start a new sum, from 0"),
    sum: output(sint(accumulatorBits(parameters)), "sum of weight times activation"),
    invalid: output(bool(), `sticky: an operand was ${invalid} since the last clear`),
    overflow: output(bool(), "sticky: the sum overflowed since the last clear"),
  };
};

export type MacPorts = ReturnType<typeof portsOf>;

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
  return module(
    {
      ...header("mac", { ...parameters, width }),
      description: `${format.toUpperCase()} multiply-accumulate unit`,
      latency: 1 + pipeline,
      ports: portsOf(parameters),
    },
    (io) => {
      const product = pipeline >= 3 ? registeredProductOf : productOf;
      const operands = stage("operands", pipeline >= 2, {
        weight: io.weight,
        activation: io.activation,
        enable: io.enable,
        clear: io.clear,
      });

      const { multiplier, adder } = parameters;
      const multiply = product({ format, activation, multiplier, adder });
      const term = instance("multiplier", multiply, {
        weight: operands.weight,
        activation: operands.activation,
      });
      const control = stage("control", pipeline >= 3, {
        enable: operands.enable,
        clear: operands.clear,
      });
      const terms = stage("term", pipeline >= 1, {
        ...control,
        product: term.product,
        invalid_product: term.invalid,
      });
      const parts = only(accumulateNames, parameters);
      connect(io, instance("accumulator", accumulate(parts), terms));
    },
  );
});
