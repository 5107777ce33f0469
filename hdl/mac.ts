import { bool, connect, input, instance, output, sint, uint } from "@chisel-ts/core";
import { accumulate } from "./accumulate.ts";
import { circuit, type ValuesOf } from "./circuit.ts";
import { formats } from "./format.ts";
import {
  accumulatorBits,
  activationNote,
  activationType,
  checkOperands,
  parameters,
} from "./parameters.ts";
import { product, registeredProduct } from "./product/product.ts";
import { stage } from "./stage.ts";

const { format, activation, accumulator, terms, overflow, adder, multiplier, pipeline } =
  parameters;

/**
 * The multiply-accumulate unit: sum' = enable ? (clear ? 0 : sum) + W(weight)·activation : sum.
 *
 * Pipeline registers are added after the product, at the inputs, inside it. Latency: 1 + pipeline cycles.
 *
 * @throws CircuitError for a parameter out of range.
 *
 * @example
 * const dut = engines.wasm.open(mac());
 * [dut.in.weight, dut.in.activation, dut.in.enable, dut.in.clear] = [0x80n, 1n, true, true];
 * dut.step();
 * console.log(dut.out.invalid); // true
 */
export const mac = circuit({
  name: "mac",
  description: "multiply-accumulate unit",
  headline: ({ format }) => `${format.toUpperCase()} multiply-accumulate unit`,
  parameters: {
    format,
    activation,
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
  ports({ format, activation, width }) {
    const { invalid } = formats[format];
    return {
      weight: input(uint(8), `weight, ${format.toUpperCase()} code`),
      activation: input(activationType(activation), activationNote(activation)),
      enable: input(bool(), "accumulate weight times activation at the next rising edge"),
      clear: input(bool(), "with enable: start a new sum, from 0"),
      sum: output(sint(width), "sum of weight times activation"),
      invalid: output(bool(), `sticky: an operand was ${invalid} since the last clear`),
      overflow: output(bool(), "sticky: the sum overflowed since the last clear"),
    };
  },
  build(io, all) {
    const { pipeline } = all;
    const operands = stage("operands", pipeline >= 2, {
      weight: io.weight,
      activation: io.activation,
      enable: io.enable,
      clear: io.clear,
    });
    const multiply = (pipeline >= 3 ? registeredProduct : product)(product.pick(all));
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
    const sums = accumulate(accumulate.pick({ ...all, lanes: 1 }));
    connect(io, instance("accumulator", sums, terms));
  },
});

export type MacParameters = ValuesOf<typeof mac.parameters>;
