import { type DotParameters, dot } from "../../hdl/dot.ts";
import { activationBits, productBits, sumBits } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { accumulator } from "./accumulate.ts";
import { delayed } from "./delay.ts";

/** a + b + c + d as (a + b) + (c + d): in the order of the tree, so that the solver meets equal sums. */
function added(terms: readonly string[]): string {
  const half = Math.ceil(terms.length / 2);
  return terms.length === 1
    ? `${terms[0]}`
    : `(${added(terms.slice(0, half))} + ${added(terms.slice(half))})`;
}

/**
 * The dot-product unit is the specification's accumulator over the sum of the products of all lanes, in the
 * bits of the sum at every step: that the tree's narrower sums lose nothing is part of the proof. Products come
 * from the module `product`, which is proved by itself. Delays stand where the circuit documents them.
 */
export function dotProperties(parameters: DotParameters): Property[] {
  const { format, activation, lanes, pipeline } = parameters;
  const [x, bits] = [activationBits(activation), productBits(activation, format)];
  const sum = sumBits(activation, format, lanes);
  const multiply = product(product.pick(parameters));
  const circuit = dot(parameters);
  const [before, inside, after] = [2, 3, 1].map((minimum) => (pipeline >= minimum ? 1 : 0)) as [
    number,
    number,
    number,
  ];
  const all = Array.from({ length: lanes }, (_, lane) => lane);
  const lane = (l: number): string => `  wire [7:0] w${l}_0 = weight_${l};
  wire [${x - 1}:0] x${l}_0 = activation_${l};
${delayed(8, `w${l}`, before)}
${delayed(x, `x${l}`, before)}
  wire signed [${bits - 1}:0] p${l};
  ${instantiate(multiply, {
    name: `specified_${l}`,
    ports: {
      weight: `w${l}_${before}`,
      activation: `x${l}_${before}`,
      product: `p${l}_0`,
      invalid: `n${l}_0`,
    },
  })}
${delayed(bits, `p${l}`, inside)}
${delayed(1, `n${l}`, inside)}
  assign p${l} = p${l}_${inside};`;
  const narrow = all.map((l) => `p${l}`);
  return [
    {
      circuit: "dot",
      parameters: { ...parameters },
      name: "sum, invalid and overflow are those of the specification for all time",
      subject: circuit,
      helpers: [multiply],
      clocked: true,
      checker: `module check(${inputsOf(circuit).join(", ")});
  ${instantiate(circuit, { name: "dut" })}
${all.map(lane).join("\n")}
  wire signed [${sum - 1}:0] term_0 = ${added(narrow)};
  wire nan_0 = ${all.map((l) => `n${l}_${inside}`).join(" | ")};
${delayed(sum, "term", after)}
${delayed(1, "nan", after)}
  wire enable_0 = enable, clear_0 = clear;
${delayed(1, "enable", pipeline)}
${delayed(1, "clear", pipeline)}
  wire enable_now = enable_${pipeline}, clear_now = clear_${pipeline};
  wire signed [${sum - 1}:0] term = term_${after};
  wire nan = nan_${after};
${accumulator(parameters)}
endmodule
`,
    },
  ];
}
