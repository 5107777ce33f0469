import { maxBias } from "../format/index.ts";
import { quantizeOnCores } from "./cores.ts";
import { paletteSize, paletteSums } from "./matrix-palette.ts";
import { quantizeRows, type RowResults, type RowsTask, rowResults } from "./quantize-rows.ts";
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
  /** Weights beyond the largest magnitude. */
  readonly saturated: number;
  /** Weights that were not zero and became it. */
  readonly flushed: number;
}

/**
 * Chooses the codes of a matrix. The bias is the tensor's max bias; rows do not depend on each other otherwise.
 *
 * @param weights row by row, finite
 * @param solvers the inputs of the rows: one for all, or a function of the row's number
 *
 * @example
 * const inputs = new Solver(Float64Array.of(1, 0.9, 0.9, 1), 2); // two inputs that are nearly alike
 * const options = { method: "gptq", scale: "none", bits: 8 };
 * const { codes, error, errorNearest } = quantizeMatrix(Float64Array.of(1, 0.53), 2, inputs, options);
 * console.log(`${codes.length} ${error <= errorNearest}`); // 2 true
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
  const solverOf = typeof solvers === "function" ? solvers : (): Solver => solvers;
  const palette =
    bits === 8
      ? undefined
      : (given ?? paletteSums(weights, columns, solverOf, scale).best(paletteSize(bits)));
  const task: RowsTask = {
    weights,
    columns,
    unit,
    method,
    scale,
    ...(palette && { palette }),
  };
  const found =
    typeof solvers === "function"
      ? rowByRow(task, rows, solvers)
      : quantizeOnCores(task, rows, solvers);
  const { codes, scales, counts } = found;
  const [changed, saturated, flushed] = [0, 1, 2].map((k) =>
    counts.reduce((sum, count, i) => sum + (i % 3 === k ? count : 0), 0),
  ) as [number, number, number];
  const signal = sumOf(found.signal);
  const share = (part: number): number => (signal === 0 ? 0 : part / signal);
  return {
    codes: codes.slice(),
    bias,
    changed,
    saturated,
    flushed,
    errorNearest: share(sumOf(found.errorNearest)),
    error: share(sumOf(found.error)),
    ...(scale === "row" && { scales: scales.slice() }),
    ...(palette && { palette }),
  };
}

/** Rows that read different inputs. */
function rowByRow(task: RowsTask, rows: number, solverOf: (row: number) => Solver): RowResults {
  const results = rowResults(rows, task.columns, (bytes) => new ArrayBuffer(bytes));
  for (let row = 0; row < rows; row++)
    quantizeRows(task, solverOf(row), { first: row, end: row + 1 }, results);
  return results;
}

const sumOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
