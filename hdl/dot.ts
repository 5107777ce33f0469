import {
  bool,
  circuit,
  type HardwareType,
  input,
  instance,
  type Module,
  module,
  named,
  output,
  type Port,
  type SInt,
  sint,
  uint,
} from "@chisel-ts/core";
import { accumulateSums } from "./accumulate.ts";
import { adders } from "./arithmetic/adder/adders.ts";
import { formats, header } from "./format.ts";
import { type Lanes, lanes } from "./lanes.ts";
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

export interface DotPorts {
  readonly [name: string]: Port | Lanes<"input", "uint" | "sint">;
  readonly weight: Lanes<"input", "uint">;
  readonly activation: Lanes<"input", "sint" | "uint">;
  readonly enable: Port<"input", HardwareType<"bool">>;
  readonly clear: Port<"input", HardwareType<"bool">>;
  readonly sum: Port<"output", HardwareType<"sint">>;
  readonly invalid: Port<"output", HardwareType<"bool">>;
  readonly overflow: Port<"output", HardwareType<"bool">>;
}

/**
 * The dot-product unit: sum' = enable ? (clear ? 0 : sum) + Σ_l W(weight[l])·activation[l] : sum, over N
 * `lanes`. The products meet in a balanced tree whose sums are as wide as the greatest products need, so
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
  const { format, activation, lanes: count, multiplier, adder, pipeline } = parameters;
  const multiply = productOf({ format, activation, multiplier, adder });
  const width = accumulatorBits(parameters);
  const ports: DotPorts = {
    weight: lanes("l", count, () => input(uint(8), `${format.toUpperCase()} code`)),
    activation: lanes("l", count, () =>
      input(activationType(activation), activationNote(activation)),
    ),
    enable: input(bool(), "take the operands at this edge"),
    clear: input(bool(), "with enable: start from 0"),
    sum: output(sint(width), "sum of W(weight) · activation over lanes and cycles"),
    invalid: output(bool(), `a ${formats[format].invalid} was taken since the last clear`),
    overflow: output(bool(), "the sum left the accumulator since the last clear"),
  };
  return module(
    {
      ...header("dot", { ...parameters, width }),
      description: `${format.toUpperCase()} dot-product unit`,
      latency: 1 + pipeline,
      ports,
    },
    (io) => {
      const { enable, clear } = io;
      const taken = stage("taken", pipeline >= 2, { enable, clear });
      const products = Object.entries(io.weight).flatMap(([lane, code]) => {
        const entering = io.activation[lane];
        if (!entering) return [];
        const operands = stage(`taken_${lane}`, pipeline >= 2, {
          weight: code,
          activation: entering,
        });
        const out = instance(`multiplier_${lane}`, multiply, operands);
        const { product, invalid } = out;
        return [stage(`product_${lane}`, pipeline >= 3, { product, invalid })];
      });
      const beside = stage("beside", pipeline >= 3, taken);

      const total = tree(
        products.map(({ product }) => product),
        (sum, terms) => sum.extend(sumBits(activation, format, terms)),
        adders[adder],
      );
      const invalid = products.map((product) => product.invalid).reduce((any, one) => any.or(one));
      named({ total });
      const term = stage("term", pipeline >= 1, { ...beside, product: total, invalid });
      const { invalid: invalid_product, ...rest } = term;
      const sums = instance("accumulator", accumulateSums(parameters), {
        ...rest,
        invalid_product,
      });
      io.sum.set(sums.sum);
      io.invalid.set(sums.invalid);
      io.overflow.set(sums.overflow);
    },
  );
});

/** The sum of one term or more, halves first; `widened` gives a sum of so many terms the bits that it needs. */
function tree(
  terms: readonly SInt[],
  widened: (sum: SInt, terms: number) => SInt,
  add: (a: SInt, b: SInt) => SInt,
): SInt {
  const [only, ...others] = terms;
  if (!only) throw new RangeError("a sum needs a term");
  if (others.length === 0) return only;
  const half = Math.ceil(terms.length / 2);
  const left = widened(tree(terms.slice(0, half), widened, add), terms.length);
  return add(left, widened(tree(terms.slice(half), widened, add), terms.length));
}
