import type { Module } from "@chisel-ts/core";
import { type AccumulateParameters, accumulate } from "../../hdl/accumulate.ts";
import { type MacParameters, mac } from "../../hdl/mac.ts";
import { accumulatorBits, activationBits, productBits, sumBits } from "../../hdl/parameters.ts";
import { product, registeredProduct } from "../../hdl/product/product.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { delayed } from "./delay.ts";
import { reachable } from "./reachable.ts";
import { signedLiteral } from "./weight.ts";

/** Registers s, i and o that do what an accumulator is to do with `enable_now`, `clear_now`, `nan` and `term`. */
export function accumulator(parameters: AccumulateParameters): string {
  const width = accumulatorBits(parameters);
  const wide = Math.max(width, termBits(parameters)) + 1;
  const maximum = signedLiteral(wide, 2n ** BigInt(width - 1) - 1n);
  const minimum = signedLiteral(wide, -(2n ** BigInt(width - 1)));
  const kept =
    parameters.overflow === "saturate"
      ? `!outside ? total : total < 0 ? ${minimum} : ${maximum}`
      : "total";
  return `  reg signed [${width - 1}:0] s;
  reg i, o;
  wire signed [${wide - 1}:0] total = (clear_now ? ${signedLiteral(wide, 0)} : s) + term;
  wire outside = total > ${maximum} || total < ${minimum};
  wire signed [${wide - 1}:0] kept = ${kept};
  always @(posedge clock)
    if (reset) begin
      s <= 0;
      i <= 0;
      o <= 0;
    end else if (enable_now) begin
      s <= kept;
      i <= (!clear_now && i) || nan;
      o <= (!clear_now && o) || outside;
    end
  always @* begin
    assert (sum == s);
    assert (invalid == i);
    assert (overflow == o);
  end`;
}

/** Bits of a term: of one product, or of the sum of the lanes'. */
const termBits = ({ activation, format, lanes }: AccumulateParameters): number =>
  sumBits(activation, format, lanes);

/**
 * A checker around `accumulate`. What it claims can use the outputs, and `term`, `nan`, `enable_now` and
 * `clear_now`: what the accumulator takes in this cycle.
 */
export function aroundAccumulate(parameters: AccumulateParameters, assertions: string): string {
  const bits = termBits(parameters);
  const dut = accumulate(parameters);
  return `module check(${inputsOf(dut).join(", ")});
  ${instantiate(dut, { name: "dut" })}
  wire enable_now = enable, clear_now = clear, nan = invalid_product;
  wire signed [${bits - 1}:0] term = product;
${assertions}
endmodule
`;
}

export const accumulateProperties = (given: AccumulateParameters): Property[] => {
  const parameters = accumulate.pick(given);
  const specified: Property = {
    circuit: "accumulate",
    parameters: { ...parameters },
    name: "sum, invalid and overflow are those of the specification for all time",
    subject: accumulate(parameters),
    clocked: true,
    checker: aroundAccumulate(parameters, accumulator(parameters)),
  };
  // A wider accumulator takes more cycles to leave than the prover looks at.
  const isQuick = accumulatorBits(parameters) <= termBits(parameters);
  return isQuick ? [specified, reached(specified)] : [specified];
};

const reached = (property: Property): Property =>
  reachable(
    property,
    "overflow and invalid rise, and both fall again",
    "rose && !overflow && !invalid",
    `  reg rose;
  always @(posedge clock) rose <= !reset && (rose || (overflow && invalid));
`,
  );

/** What a checker around `mac` instantiates: the MAC, and the product inside it. */
export const macModules = (
  parameters: MacParameters,
): { readonly subject: Module; readonly helpers: readonly [Module] } => {
  const multiply = parameters.pipeline >= 3 ? registeredProduct : product;
  return { subject: mac(parameters), helpers: [multiply(product.pick(parameters))] };
};

/**
 * A checker around `mac`, with the names that `aroundAccumulate` gives to claims.
 *
 * The terms are products of operands that are `pipeline` cycles old, with the delays before, inside and
 * after the product that the circuit documents: equal registers meet, and the solver has little left to do.
 * The product comes from the module `product`, or `product_registered` where a stage lies inside it: both
 * are proved by themselves, so the solver need not multiply again.
 */
export function aroundMac(parameters: MacParameters, assertions: string): string {
  const { format, activation, pipeline } = parameters;
  const x = activationBits(activation);
  const bits = productBits(activation, format);
  const { subject, helpers } = macModules(parameters);
  const [multiply] = helpers;
  const [before, after] = [pipeline >= 2 ? 1 : 0, pipeline >= 1 ? 1 : 0];
  const operands = {
    weight: `weight_${before}`,
    activation: `activation_${before}`,
    product: "product_0",
    invalid: "nan_0",
  };
  return `module check(${inputsOf(subject).join(", ")});
  ${instantiate(subject, { name: "dut" })}
  wire enable_0 = enable, clear_0 = clear;
  wire [7:0] weight_0 = weight;
  wire [${x - 1}:0] activation_0 = activation;
${delayed(1, "enable", pipeline)}
${delayed(1, "clear", pipeline)}
${delayed(8, "weight", before)}
${delayed(x, "activation", before)}
  wire enable_now = enable_${pipeline}, clear_now = clear_${pipeline};
  ${instantiate(multiply, { name: "specified", ports: operands })}
${delayed(bits, "product", after)}
${delayed(1, "nan", after)}
  wire signed [${bits - 1}:0] term = product_${after};
  wire nan = nan_${after};
${assertions}
endmodule
`;
}

export const macProperties = (parameters: MacParameters): Property[] => [
  {
    circuit: "mac",
    parameters: { ...parameters },
    name: "sum, invalid and overflow are those of the specification for all time",
    ...macModules(parameters),
    clocked: true,
    checker: aroundMac(parameters, accumulator({ ...parameters, lanes: 1 })),
  },
];
