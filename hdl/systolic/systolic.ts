import {
  bool,
  circuit,
  input,
  instance,
  literal,
  type Module,
  module,
  output,
  sint,
  uint,
  vec,
} from "@chisel-ts/core";
import {
  accumulatorBits,
  activationBits,
  type Completed,
  complete,
  type Given,
} from "../parameters.ts";
import { processingElement } from "./processing-element.ts";

export type SystolicParameters = Completed<"activation" | "rows" | "columns">;

const widthOf = ({ activation, rows }: SystolicParameters): number =>
  accumulatorBits({ activation, accumulator: "exact", terms: rows });

const portsOf = (parameters: SystolicParameters) => {
  const { activation, rows, columns } = parameters;
  const x = sint(activationBits(activation));
  const width = widthOf(parameters);
  return {
    enable: input(bool(), "clock enable of the whole array"),
    load: input(bool(), "with enable: shift the weights down by one row"),
    weight: vec(columns, (c) => input(uint(8), `weight into row 0 of column ${c}, RF8 code`)),
    activation: vec(rows, (r) =>
      input(x, `signed activation into row ${r}, ${r} cycles after row 0`),
    ),
    sum: vec(columns, (c) =>
      output(sint(width), `dot product of column ${c}, ${rows + c} cycles after row 0`),
    ),
    invalid: vec(columns, (c) => output(bool(), `a weight in the sum of column ${c} is NaN`)),
  };
};

export type SystolicPorts = ReturnType<typeof portsOf>;

/**
 * A weight-stationary systolic array of R `rows` and C `columns`: the sum of column c is
 * Σ_r W(weight[r][c])·activation[r], in an exact width that R products never leave.
 *
 * Cycles here are those with `enable`; in the others nothing changes.
 *
 * - Weights: each cycle with `load` shifts the columns down by one row and `weight[c]` into row 0. R such cycles fill the array, the bottom row's weights first.
 * - Activations: `activation[r]` enters at the left and moves right. The user skews a vector: what
 *   enters row 0 in cycle t enters row r in cycle t + r. A new vector can enter in every cycle.
 * - Sums: for the vector that enters row 0 in cycle t, `sum[c]` and `invalid[c]` show in cycle
 *   t + R + c. `invalid` says that a weight of the column was NaN, which adds 0 to the sum.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const systolic = (given: Given<keyof SystolicParameters> = {}): Module<SystolicPorts> =>
  build(complete(["activation", "rows", "columns"], given));

const build = circuit((parameters: SystolicParameters) => {
  const { activation } = parameters;
  const width = widthOf(parameters);
  return module(
    {
      name: "systolic",
      description: "Weight-stationary systolic array of RF8 processing elements",
      parameters: { ...parameters, width },
      ports: portsOf(parameters),
    },
    (io) => {
      const { enable, load } = io;
      const element = processingElement({ activation, width });
      let above = io.weight.map((weight) => ({
        weight,
        sum: literal(sint(width), 0),
        invalid: literal(bool(), false),
      }));
      for (const [row, fromLeft] of [...io.activation].entries()) {
        let activation_in = fromLeft;
        above = above.map(({ weight, sum, invalid }, column) => {
          const out = instance(`r${row}c${column}`, element, {
            enable,
            load,
            weight_in: weight,
            activation_in,
            sum_in: sum,
            invalid_in: invalid,
          });
          activation_in = out.activation_out;
          return { weight: out.weight_out, sum: out.sum_out, invalid: out.invalid_out };
        });
      }
      io.sum.set(above.map(({ sum }) => sum));
      io.invalid.set(above.map(({ invalid }) => invalid));
    },
  );
});
