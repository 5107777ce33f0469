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
import { accumulate } from "./accumulate.ts";
import { accumulatorBits, activationBits, type CircuitParameters, complete } from "./parameters.ts";
import { product, registeredProduct } from "./product.ts";
import { stage } from "./stage.ts";

export type MacParameters = Pick<
  CircuitParameters,
  "activation" | "accumulator" | "terms" | "overflow" | "pipeline"
>;

export interface MacPorts {
  readonly [name: string]: Port;
  readonly weight: Port<"input", HardwareType<"uint">>;
  readonly activation: Port<"input", HardwareType<"sint">>;
  readonly enable: Port<"input", HardwareType<"bool">>;
  readonly clear: Port<"input", HardwareType<"bool">>;
  readonly sum: Port<"output", HardwareType<"sint">>;
  readonly invalid: Port<"output", HardwareType<"bool">>;
  readonly overflow: Port<"output", HardwareType<"bool">>;
}

/**
 * The RF8 multiply-accumulate unit: sum' = enable ? (clear ? 0 : sum) + W(weight)·activation : sum.
 *
 * Pipeline registers stand, in the order they are added: after the product, at the inputs, and inside
 * the product before its common shift. Latency is 1 + pipeline cycles.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const mac = (given: Partial<MacParameters> = {}): Module<MacPorts> =>
  build(complete(["activation", "accumulator", "terms", "overflow", "pipeline"], given));

const build = circuit((parameters: MacParameters) => {
  const { activation, pipeline } = parameters;
  const width = accumulatorBits(parameters);
  const ports: MacPorts = {
    weight: input(uint(8), "RF8 code"),
    activation: input(sint(activationBits(activation)), "signed activation"),
    enable: input(bool(), "take the operands at this edge"),
    clear: input(bool(), "with enable: start from 0"),
    sum: output(sint(width), "sum of W(weight) · activation"),
    invalid: output(bool(), "a NaN was taken since the last clear"),
    overflow: output(bool(), "the sum left the accumulator since the last clear"),
  };
  return module(
    {
      name: "mac",
      description: "RF8 multiply-accumulate unit",
      parameters: { ...parameters, width },
      latency: 1 + pipeline,
      ports,
    },
    (io) => {
      const { weight, activation: x, enable, clear } = io;
      const taken = stage("taken", pipeline >= 2, { weight, activation: x, enable, clear });

      const multiply = pipeline >= 3 ? registeredProduct : product;
      const term = instance("multiplier", multiply({ activation }), {
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
      const total = instance("accumulator", accumulate(parameters), { ...rest, invalid_product });
      io.sum.set(total.sum);
      io.invalid.set(total.invalid);
      io.overflow.set(total.overflow);
    },
  );
});
