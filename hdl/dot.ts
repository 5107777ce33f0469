import { bool, connect, input, instance, named, output, sint, uint, vec } from "@chisel-ts/core";
import { accumulate } from "./accumulate.ts";
import { adders } from "./arithmetic/adder/adders.ts";
import { circuit, type ValuesOf } from "./circuit.ts";
import { formats } from "./format.ts";
import {
  accumulatorBits,
  activationNote,
  activationType,
  checkOperands,
  parameters,
  sumBits,
} from "./parameters.ts";
import { product } from "./product/product.ts";
import { stage } from "./stage.ts";

const { format, activation, lanes, accumulator, terms, overflow } = parameters;
const { adder, multiplier, pipeline } = parameters;

/**
 * The dot-product unit: sum' = enable ? (clear ? 0 : sum) + Σ_l W(weight[l])·activation[l] : sum, over N
 * `lanes`. A balanced tree adds the products; each of its sums is as wide as the largest products need, so
 * one exact accumulator serves them all. `terms` counts products.
 *
 * Pipeline registers are added after the tree, at the inputs, between products and tree. Latency: 1 +
 * pipeline cycles.
 *
 * @throws CircuitError for a parameter out of range.
 *
 * @example
 * const dut = engines.wasm.open(dot({ lanes: 2 }));
 * [dut.in.enable, dut.in.clear] = [true, true];
 * [dut.in.weight[0], dut.in.activation[0]] = [0x40n, 3n];
 * dut.step();
 * console.log(dut.out.invalid); // false
 */
export const dot = circuit({
  name: "dot",
  description: "dot-product unit: a tree of products before one accumulator",
  headline: ({ format }) => `${format.toUpperCase()} dot-product unit`,
  parameters: {
    format,
    activation,
    lanes,
    accumulator,
    terms,
    overflow,
    adder,
    multiplier,
    pipeline,
  },
  check: checkOperands,
  derived: (all) => ({ width: accumulatorBits(all) }),
  latency: ({ pipeline }) => 1 + pipeline,
  ports({ format, activation, lanes, width }) {
    const { invalid } = formats[format];
    const [code, note] = [format.toUpperCase(), activationNote(activation)];
    const type = activationType(activation);
    return {
      weight: vec(lanes, (lane) => input(uint(8), `weight of lane ${lane}, ${code} code`)),
      activation: vec(lanes, (lane) => input(type, `${note} of lane ${lane}`)),
      enable: input(bool(), "accumulate the products of all lanes at the next rising edge"),
      clear: input(bool(), "with enable: start a new sum, from 0"),
      sum: output(sint(width), "sum of weight times activation over lanes and cycles"),
      invalid: output(bool(), `sticky: an operand was ${invalid} since the last clear`),
      overflow: output(bool(), "sticky: the sum overflowed since the last clear"),
    };
  },
  build(io, all) {
    const { format, activation, adder, pipeline } = all;
    const multiply = product(product.pick(all));
    const operands = stage("operands", pipeline >= 2, {
      weight: io.weight,
      activation: io.activation,
      enable: io.enable,
      clear: io.clear,
    });
    const products = operands.weight
      .zip(operands.activation)
      .map(([weight, activation], lane) =>
        instance(`multiplier_${lane}`, multiply, { weight, activation }),
      );
    const {
      product: addends,
      invalid,
      ...control
    } = stage("products", pipeline >= 3, {
      product: products.map((out) => out.product),
      invalid: products.map((out) => out.invalid),
      enable: operands.enable,
      clear: operands.clear,
    });

    const total = addends.reduceTree((left, right, terms) => {
      const bits = sumBits(activation, format, terms);
      return adders[adder](left.extend(bits), right.extend(bits));
    });
    named({ total });
    const term = stage("term", pipeline >= 1, {
      ...control,
      product: total,
      invalid_product: invalid.slice(1).reduce((any, one) => any.or(one), invalid.at(0)),
    });
    connect(io, instance("accumulator", accumulate(accumulate.pick(all)), term));
  },
});

export type DotParameters = ValuesOf<typeof dot.parameters>;
