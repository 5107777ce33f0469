import { activationBits, productBits } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import { type SystolicParameters, sumWidth, systolic } from "../../hdl/systolic/systolic.ts";
import type { Property } from "../property.ts";
import { maxProduct, within } from "./bound.ts";
import { delayed } from "./delay.ts";

const times = (count: number, line: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => line(index));

/** The array under test, and `x_<r>_<a>`: what entered row r a cycles ago. */
function array({ activation, rows, columns }: SystolicParameters, width: number): string {
  const x = activationBits(activation);
  const ports = [
    ...["clock", "reset", "enable", "load"],
    ...times(columns, (c) => `weight_${c}`),
    ...times(rows, (r) => `activation_${r}`),
    ...times(columns, (c) => `sum_${c}`),
    ...times(columns, (c) => `invalid_${c}`),
  ];
  return [
    "module check(",
    "  input clock, input reset,",
    ...times(columns, (c) => `  input [7:0] weight_${c},`),
    ...times(rows, (r) => `  input signed [${x - 1}:0] activation_${r},`),
    "  input enable, input load\n);",
    ...times(columns, (c) => `  wire signed [${width - 1}:0] sum_${c};\n  wire invalid_${c};`),
    `  systolic dut(${ports.map((port) => `.${port}(${port})`).join(", ")});`,
    ...times(rows, (r) => `  wire [${x - 1}:0] x_${r}_0 = activation_${r};`),
    ...times(rows, (r) => delayed(x, `x_${r}`, columns - 1, "enable")),
  ].join("\n");
}

/** The table of weights, `w_<r>_<c>_<a>` a cycles ago, and `held`: the cycles since a load, R at most. */
const weights = ({ rows, columns }: SystolicParameters): string =>
  [
    `  reg [6:0] held;
  always @(posedge clock)
    if (reset) held <= 0;
    else if (enable) held <= load ? 0 : held == ${rows} ? held : held + 1;`,
    ...times(rows, (r) =>
      times(
        columns,
        (c) => `  reg [7:0] w_${r}_${c}_0;
  always @(posedge clock)
    if (reset) w_${r}_${c}_0 <= 0;
    else if (enable) begin
      if (load) w_${r}_${c}_0 <= ${r === 0 ? `weight_${c}` : `w_${r - 1}_${c}_0`};
    end
${delayed(8, `w_${r}_${c}`, rows - r, "enable")}
  always @* begin
${times(rows - r, (a) => `    assert (held <= ${a} || w_${r}_${c}_${a + 1} == w_${r}_${c}_0);`).join("\n")}
  end`,
      ).join("\n"),
    ),
  ].join("\n");

/** `term_<r>_<c>_<a>` and `nan_<r>_<c>_<a>`: the product of the table's weight and x_r_c, a cycles ago. */
function terms({ activation, rows, columns }: SystolicParameters, width: number): string {
  const maximum = maxProduct(activation);
  return times(rows, (r) =>
    times(
      columns,
      (c) => `  wire signed [${productBits(activation) - 1}:0] product_${r}_${c};
  wire nan_${r}_${c}_0;
  product multiplier_${r}_${c}(
    .weight(w_${r}_${c}_0), .activation(x_${r}_${c}), .product(product_${r}_${c}), .invalid(nan_${r}_${c}_0)
  );
  wire [${width - 1}:0] term_${r}_${c}_0 = product_${r}_${c};
${delayed(width, `term_${r}_${c}`, rows - 1 - r, "enable")}
${delayed(1, `nan_${r}_${c}`, rows - 1 - r, "enable")}
  always @* begin
${times(rows - r, (a) => `    assert (${within(`$signed(term_${r}_${c}_${a})`, width, maximum)});`).join("\n")}
  end`,
    ).join("\n"),
  ).join("\n");
}

/** The outputs of column c, one cycle after the latest product that they hold. */
function column(c: number, { rows }: SystolicParameters, width: number): string {
  const latest = (name: string): string[] =>
    times(rows, (r) => `${name}_${r}_${c}_${rows - 1 - r}`);
  const summands = latest("term").map((term) => `$signed(${term})`);
  return `  wire signed [63:0] total_${c} = ${summands.join(" + ")};
  reg signed [${width - 1}:0] s_${c};
  reg i_${c};
  always @(posedge clock)
    if (reset) begin
      s_${c} <= 0;
      i_${c} <= 0;
    end else if (enable) begin
      s_${c} <= total_${c};
      i_${c} <= ${latest("nan").join(" | ")};
    end
  always @* begin
    assert (total_${c} == $signed(total_${c}[${width - 1}:0]));
    assert (sum_${c} == s_${c});
    assert (invalid_${c} == i_${c});
  end`;
}

/**
 * The array against a specification that knows nothing of elements and of sums that are passed on: a table
 * of weights that the load rule fills, plain delay lines, and one sum of R products in 64 bits, cut to the
 * width of the outputs, which is shown to lose nothing. All inputs are free in every cycle: weights may
 * change while vectors are under way, and cycles, which here are those with `enable`, may be far apart.
 *
 * With w[r][c]@t the table and x[r]@t the activation input in cycle t, it says
 *
 *     sum[c]@T = Σ_r W(w[r][c]@(T−R+r)) · x[r]@(T−R+r−c),
 *
 * so the vector that enters row 0 in cycle t, and row r in t + r, shows in cycle T = t + R + c. It also says
 * that after R cycles without a load w[r][c]@(T−R+r) is w[r][c]@T: then
 * sum[c] = Σ_r W(w[r][c]) · x[r] with the weights that stand in the array.
 *
 * Products come from the module `product`, which is proved by itself, and are delayed as products: a
 * register after a function holds what the function gives for operands in registers (0 · 0 = 0 at reset).
 *
 * ## Every size
 *
 * Small arrays are proved by this; a larger one follows by induction over its elements. Let element (r, c)
 * hold what it is proved to hold (processing-element.ts), and let it be wired to its neighbours as
 * test/formal/systolic-wiring.test.ts finds in every size: weight, sum and invalid from (r−1, c), the
 * activation from (r, c−1), ports and zeros at the edges.
 *
 * - Columns: activation_in of (r, 0) is x[r], and each element delays it by a cycle, so at (r, c) it is x[r]
 *   c cycles ago.
 * - Rows: weight_in of (0, c) is weight[c], and with `load` each element takes the weight of the one above, so
 *   element (r, c) holds w[r][c].
 * - Sums: let S(r, c)@T = Σ_{q≤r} W(w[q][c]@(T−1−r+q)) · x[q]@(T−1−r+q−c). Into row 0 comes 0, and
 *   sum_out@T = sum_in@(T−1) + W(w[r][c]@(T−1)) · x[r]@(T−1−c), so sum_out of (r, c) is S(r, c) if that of
 *   (r−1, c) is S(r−1, c). The bottom row's, r = R−1, is the formula above. `invalid` is the same with OR.
 * - Nothing wraps: a product is within ±P (bound.ts), so |S(r, c)| ≤ (r+1)·P ≤ R·P, which the exact width for
 *   R terms holds.
 */
export function systolicProperties(parameters: SystolicParameters): Property[] {
  const { activation, rows, columns } = parameters;
  const width = sumWidth(parameters);
  return [
    {
      circuit: "systolic",
      parameters: { activation, rows, columns },
      name: "sums are the matrix product of the weights and the skewed activations for all time",
      subject: systolic(parameters),
      helpers: [product({ activation })],
      clocked: true,
      checker: [
        array(parameters, width),
        weights(parameters),
        terms(parameters, width),
        ...times(columns, (c) => column(c, parameters, width)),
        "endmodule\n",
      ].join("\n"),
    },
  ];
}
