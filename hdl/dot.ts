import {
  bool,
  circuit,
  connect,
  input,
  instance,
  type Module,
  module,
  named,
  output,
  sint,
  uint,
  vec,
} from "@chisel-ts/core";
import { accumulateSums } from "./accumulate.ts";
import { adders } from "./arithmetic/adder/adders.ts";
import { formats, header } from "./format.ts";
import type { MacParameters } from "./mac.ts";
import {
  accumulatorBits,
  activationNote,
  activationType,
  type CircuitParameters,
  complete,
  sumBits,
} from "./parameters.ts";
import { productOf } from "./product/product.ts";
import { stage } from "./stage.ts";

export type DotParameters = MacParameters & Pick<CircuitParameters, "lanes">;

const portsOf = (parameters: DotParameters) => {
  const { format, activation, lanes } = parameters;
  const { invalid } = formats[format];
  const [code, note] = [format.toUpperCase(), activationNote(activation)];
  return {
    weight: vec(lanes, (lane) => input(uint(8), `weight of lane ${lane}, ${code} code`)),
    activation: vec(lanes, (lane) => input(activationType(activation), `${note} of lane ${lane}`)),
    enable: input(bool(), "accumulate the products of all lanes at the next rising edge"),
    clear: input(bool(), "with enable: start a new sum, from 0"),
    sum: output(
      sint(accumulatorBits(parameters)),
      "sum of weight times activation over lanes and cycles",
    ),
    invalid: output(bool(), `sticky: an operand was ${invalid} since the last clear`),
    overflow: output(bool(), "sticky: the sum overflowed since the last clear"),
  };
};

export type DotPorts = ReturnType<typeof portsOf>;

/**
 * The dot-product unit: sum' = enable ? (clear ? 0 : sum) + Σ_l W(weight[l])·activation[l] : sum, over N
 * `lanes`. A balanced tree adds the products; each of its sums is as wide as the largest products need, so
 * one exact accumulator serves them all. `terms` counts products.
 *
 * Pipeline registers are added after the tree, at the inputs, between products and tree. Latency: 1 +
 * pipeline cycles.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const dot = (given: Partial<DotParameters> = {}): Module<DotPorts> =>
  build(complete(dotNames, given));

export const dotNames = [
  ...(["format", "activation", "lanes", "accumulator", "terms", "overflow"] as const),
  ...(["adder", "multiplier", "pipeline"] as const),
] as const;

const build = circuit((parameters: DotParameters) => {
  const { format, activation, multiplier, adder, pipeline } = parameters;
  const multiply = productOf({ format, activation, multiplier, adder });
  const width = accumulatorBits(parameters);
  return module(
    {
      ...header("dot", { ...parameters, width }),
      description: `${format.toUpperCase()} dot-product unit`,
      latency: 1 + pipeline,
      ports: portsOf(parameters),
    },
    (io) => {
      const operands = stage("operands", pipeline >= 2, {
        weight: io.weight,
        activation: io.activation,
        enable: io.enable,
        clear: io.clear,
      });
      const products = operands.weight
        .zip(operands.activation)
        .map(([weight, operand], lane) =>
          instance(`multiplier_${lane}`, multiply, { weight, activation: operand }),
        );
      const { product, invalid, ...control } = stage("products", pipeline >= 3, {
        product: products.map((out) => out.product),
        invalid: products.map((out) => out.invalid),
        enable: operands.enable,
        clear: operands.clear,
      });

      const total = product.reduceTree((left, right, terms) => {
        const bits = sumBits(activation, format, terms);
        return adders[adder](left.extend(bits), right.extend(bits));
      });
      named({ total });
      const term = stage("term", pipeline >= 1, {
        ...control,
        product: total,
        invalid_product: invalid.reduceTree((any, one) => any.or(one)),
      });
      connect(io, instance("accumulator", accumulateSums(parameters), term));
    },
  );
});
