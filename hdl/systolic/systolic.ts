import { bool, input, instance, literal, output, sint, uint, vec } from "@chisel-ts/core";
import { circuit, type ValuesOf } from "../circuit.ts";
import { accumulatorBits, activationBits, integerActivation, parameters } from "../parameters.ts";
import { processingElement } from "./processing-element.ts";

const { rows, columns } = parameters;

export const systolicParameters = { activation: integerActivation, rows, columns };

export type SystolicParameters = ValuesOf<typeof systolicParameters>;

/** Bits of a sum: exact, so that R products never overflow it. */
export const sumWidth = ({ activation, rows }: SystolicParameters): number =>
  accumulatorBits({ activation, accumulator: "exact", terms: rows });

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
 *
 * @example
 * console.log(systolic({ rows: 2, columns: 2 }).clocked); // true
 */
export const systolic = circuit({
  name: "systolic",
  description: "weight-stationary array of RF8 processing elements",
  headline: () => "Weight-stationary systolic array of RF8 processing elements",
  parameters: systolicParameters,
  derived: (all) => ({ width: sumWidth(all) }),
  ports({ activation, rows, columns, width }) {
    const x = sint(activationBits(activation));
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
  },
  build(io, { activation, width }) {
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
});
