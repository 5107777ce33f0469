import { maxBias } from "../format/index.ts";
import { Grid } from "./grid.ts";
import { paletteSize, paletteSums } from "./matrix-palette.ts";
import { objectives } from "./objective.ts";
import { rowScale } from "./row-scale.ts";
import { largest } from "./rows.ts";
import type { Method, Solver } from "./solver.ts";

/** How a matrix is quantized. */
export interface MatrixOptions {
  readonly method: Method;
  /** A real factor for each row, or none. */
  readonly scale: "none" | "row";
  /** Bits a weight: 8 is all of RF8, fewer a palette. */
  readonly bits: 4 | 5 | 6 | 7 | 8;
  /** Positive canonical codes in ascending order, for fewer than 8 bits; the best for the matrix where it is absent. */
  readonly palette?: readonly number[];
}

/** A matrix in RF8, and what that costs. */
export interface QuantizedMatrix {
  /** Canonical, row by row. */
  readonly codes: Uint8Array;
  readonly bias: number;
  readonly scales?: Float32Array;
  /** Positive canonical codes in ascending order. */
  readonly palette?: readonly number[];
  /** Σ e · H · eᵀ over Σ w · H · wᵀ, of today's nearest codes with one max bias, and of these. */
  readonly errorNearest: number;
  readonly error: number;
  /** Codes that are not the nearest to their weight. */
  readonly changed: number;
  /** Weights beyond the greatest magnitude. */
  readonly saturated: number;
  /** Weights that were not zero and became it. */
  readonly flushed: number;
}

/**
 * Chooses the codes of a matrix. The bias is the tensor's max bias; rows do not depend on each other otherwise.
 *
 * @param weights row by row, finite
 * @param solvers the inputs of the rows: one for all, or a function of the row's number
 */
export function quantizeMatrix(
  weights: Float64Array,
  columns: number,
  solvers: Solver | ((row: number) => Solver),
  { method, scale, bits, palette: given }: MatrixOptions,
): QuantizedMatrix {
  const rows = columns === 0 ? 0 : weights.length / columns;
  const bias = maxBias(largest(weights));
  const unit = 2 ** (-bias - 4);
  const together = typeof solvers === "function" ? 1 : TOGETHER;
  const solverOf = typeof solvers === "function" ? solvers : (): Solver => solvers;
  const palette =
    bits === 8
      ? undefined
      : (given ?? paletteSums(weights, columns, solverOf, scale).best(paletteSize(bits)));
  const grid = new Grid(palette);
  const scales = new Float32Array(rows).fill(1);
  const codes = new Uint8Array(weights.length);
  let [error, errorNearest, signal, changed, saturated, flushed] = [0, 0, 0, 0, 0, 0];
  for (let first = 0; first < rows; first += together) {
    const solver = solverOf(first);
    const own = weights.subarray(first * columns, (first + together) * columns);
    const count = own.length / columns;
    if (scale === "row")
      for (let r = 0; r < count; r++)
        scales[first + r] = rowScale(
          own.subarray(r * columns, (r + 1) * columns),
          unit,
          grid,
          solver.hessian,
        );
    const stepOf = (i: number): number =>
      (scales[first + Math.floor(i / columns)] as number) * unit;
    const scaled = own.map((weight, i) => weight / stepOf(i));
    const { values, objective } = solver.round({ count, columns, weights: scaled }, grid, method);
    objective.forEach((cost, r) => {
      error += cost * stepOf(r * columns) ** 2;
    });
    const plain = own.map((weight) => weight - whole.nearest(weight / unit) * unit);
    errorNearest += sumOf(objectives(plain, solver.hessian, columns));
    signal += sumOf(objectives(own, solver.hessian, columns));
    values.forEach((value, i) => {
      codes[first * columns + i] = grid.code(value);
      const weight = scaled[i] as number;
      if (value !== grid.nearest(weight)) changed += 1;
      if (Math.abs(weight) > grid.maximum) saturated += 1;
      if (value === 0 && weight !== 0) flushed += 1;
    });
  }
  const share = (part: number): number => (signal === 0 ? 0 : part / signal);
  return {
    ...{ codes, bias, changed, saturated, flushed },
    ...{ errorNearest: share(errorNearest), error: share(error) },
    ...(scale === "row" && { scales }),
    ...(palette && { palette }),
  };
}

/** Rows whose errors are in memory at a time. */
const TOGETHER = 64;
const whole = new Grid();

const sumOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
