import { maxBias } from "../format/index.ts";
import { Grid } from "./grid.ts";
import { objectives } from "./objective.ts";
import { PaletteSums } from "./palette.ts";
import { rowScale } from "./row-scale.ts";
import type { Method, Solver } from "./solver.ts";

/** How a matrix is quantized. */
export interface MatrixOptions {
  readonly method: Method;
  /** A real factor for each row, or none. */
  readonly scale: "none" | "row";
  /** Bits a weight: 8 is all of RF8, fewer a palette. */
  readonly bits: 4 | 5 | 6 | 7 | 8;
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
  { method, scale, bits }: MatrixOptions,
): QuantizedMatrix {
  const rows = columns === 0 ? 0 : weights.length / columns;
  const bias = maxBias(largest(weights));
  const unit = 2 ** (-bias - 4);
  const together = typeof solvers === "function" ? 1 : TOGETHER;
  const solverOf = typeof solvers === "function" ? solvers : (): Solver => solvers;
  const palette =
    bits === 8 ? undefined : choosePalette(weights, columns, solverOf, { scale, unit, bits });
  const grid = new Grid(palette);
  const scales = new Float32Array(rows).fill(1);
  const codes = new Uint8Array(weights.length);
  let [error, errorNearest, signal, changed, saturated, flushed] = [0, 0, 0, 0, 0, 0];
  for (let first = 0; first < rows; first += together) {
    const solver = solverOf(first);
    const given = weights.subarray(first * columns, (first + together) * columns);
    const count = given.length / columns;
    if (scale === "row")
      for (let r = 0; r < count; r++)
        scales[first + r] = rowScale(
          given.subarray(r * columns, (r + 1) * columns),
          unit,
          grid,
          solver.hessian,
        );
    const stepOf = (i: number): number => (scales[first + Math.floor(i / columns)] ?? 1) * unit;
    const scaled = given.map((weight, i) => weight / stepOf(i));
    const { values, objective } = solver.round({ count, columns, weights: scaled }, grid, method);
    objective.forEach((cost, r) => {
      error += cost * stepOf(r * columns) ** 2;
    });
    const plain = given.map((weight) => weight - whole.nearest(weight / unit) * unit);
    errorNearest += sumOf(objectives(plain, solver.hessian, columns));
    signal += sumOf(objectives(given, solver.hessian, columns));
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
const largest = (values: Float64Array): number =>
  values.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);

/** The greatest power of two of the grid: where a row's largest weight is put, with half an octave above it. */
const TOP = 16 * 2 ** 15;

/** The best magnitudes for a tensor's weights, errors weighted by the inputs' mean squares; rows by their own largest weight. */
function choosePalette(
  weights: Float64Array,
  columns: number,
  solverOf: (row: number) => Solver,
  { scale, unit, bits }: Pick<MatrixOptions, "scale" | "bits"> & { readonly unit: number },
): number[] {
  const sums = new PaletteSums();
  for (let start = 0; start < weights.length; start += columns) {
    const row = weights.subarray(start, start + columns);
    const maximum = largest(row);
    if (maximum === 0) continue;
    const step = scale === "row" ? maximum / TOP : unit;
    const { hessian } = solverOf(start / columns);
    // In units of the tensor's, so that weights stay near 1.
    const importance = (step / unit) ** 2;
    for (let j = 0; j < columns; j++)
      sums.add(
        Math.abs(row[j] as number) / step,
        importance * (hessian[j * columns + j] as number),
      );
  }
  return sums.best(2 ** (bits - 1) - 1);
}
