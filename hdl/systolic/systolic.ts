import {
  bool,
  circuit,
  type HardwareType,
  input,
  instance,
  literal,
  type Module,
  module,
  output,
  type Port,
  sint,
  uint,
} from "@chisel-ts/core";
import { type Lanes, lanes } from "../lanes.ts";
import {
  accumulatorBits,
  activationBits,
  type Completed,
  complete,
  type Given,
} from "../parameters.ts";
import { processingElement } from "./processing-element.ts";

export type SystolicParameters = Completed<"activation" | "rows" | "columns">;

export interface SystolicPorts {
  readonly [name: string]: Port | Lanes<"input" | "output", "uint" | "sint" | "bool">;
  readonly enable: Port<"input", HardwareType<"bool">>;
  readonly load: Port<"input", HardwareType<"bool">>;
  readonly weight: Lanes<"input", "uint">;
  readonly activation: Lanes<"input", "sint">;
  readonly sum: Lanes<"output", "sint">;
  readonly invalid: Lanes<"output", "bool">;
}

/**
 * A weight-stationary systolic array of R `rows` and C `columns`: the sum of column c is
 * Σ_r W(weight[r][c])·activation[r], in an exact width that R products never leave.
 *
 * Cycles here are those with `enable`; in the others nothing changes.
 *
 * - Weights: each cycle with `load` shifts the columns down by one row and takes `weight.c<c>` into
 *   row 0. R such cycles fill the array, the bottom row's weights first.
 * - Activations: `activation.r<r>` enters at the left and moves right. The user skews a vector: what
 *   enters row 0 in cycle t enters row r in cycle t + r. A new vector can enter in every cycle.
 * - Sums: for the vector that enters row 0 in cycle t, `sum.c<c>` and `invalid.c<c>` show in cycle
 *   t + R + c. `invalid` says that a weight of the column was NaN, which adds 0 to the sum.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const systolic = (given: Given<keyof SystolicParameters> = {}): Module<SystolicPorts> =>
  build(complete(["activation", "rows", "columns"], given));

const build = circuit((parameters: SystolicParameters) => {
  const { activation, rows, columns } = parameters;
  const width = accumulatorBits({ activation, accumulator: "exact", terms: rows });
  const ports: SystolicPorts = {
    enable: input(bool(), "every register moves at this edge"),
    load: input(bool(), "with enable: shift the weights down by one row"),
    weight: lanes("c", columns, (c) => input(uint(8), `RF8 code into row 0 of column ${c}`)),
    activation: lanes("r", rows, (r) =>
      input(sint(activationBits(activation)), `signed activation into row ${r}, skewed by ${r}`),
    ),
    sum: lanes("c", columns, (c) =>
      output(sint(width), `dot product of column ${c}, ${rows + c} cycles after row 0`),
    ),
    invalid: lanes("c", columns, (c) => output(bool(), `a weight of column ${c} was NaN`)),
  };
  return module(
    {
      name: "systolic",
      description: "Weight-stationary systolic array of RF8 processing elements",
      parameters: { ...parameters, width },
      ports,
    },
    (io) => {
      const { enable, load } = io;
      const element = processingElement({ activation, width });
      let above = Object.values(io.weight).map((weight) => ({
        weight,
        sum: literal(sint(width), 0),
        invalid: literal(bool(), false),
      }));
      for (const [row, entering] of Object.values(io.activation).entries()) {
        let left = entering;
        above = above.map(({ weight, sum, invalid }, column) => {
          const out = instance(`r${row}c${column}`, element, {
            enable,
            load,
            weight_in: weight,
            activation_in: left,
            sum_in: sum,
            invalid_in: invalid,
          });
          left = out.activation_out;
          return { weight: out.weight_out, sum: out.sum_out, invalid: out.invalid_out };
        });
      }
      above.forEach(({ sum, invalid }, column) => {
        io.sum[`c${column}`]?.set(sum);
        io.invalid[`c${column}`]?.set(invalid);
      });
    },
  );
});
