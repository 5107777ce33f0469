import { maxBias } from "../format/index.ts";
import { PaletteSums } from "./palette.ts";
import { largest } from "./rows.ts";
import type { Solver } from "./solver.ts";

/** The largest power of two of the grid: where a row's largest weight is put, with half an octave above it. */
const TOP = 16 * 2 ** 15;

/** Magnitudes that an index of so many bits can name, besides zero. */
export const paletteSize = (bits: number): number => 2 ** (bits - 1) - 1;

/**
 * What the best palette of a matrix follows from: its weights in units of W at the tensor's max bias, errors weighted by the inputs'
 * mean squares. With row scales, rows are put side by side by their largest weight.
 */
export function paletteSums(
  weights: Float64Array,
  columns: number,
  solverOf: (row: number) => Solver,
  scale: "none" | "row",
): PaletteSums {
  const unit = 2 ** (-maxBias(largest(weights)) - 4);
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
  return sums;
}

/**
 * One palette for several matrices: that of the smallest sum of their errors, each as a share of its outputs' mean square, columns taken as
 * independent.
 */
export class SharedPalette {
  readonly #sums = new PaletteSums();

  add(matrix: PaletteSums): void {
    const { signal } = matrix;
    if (signal > 0) this.#sums.addAll(matrix, 1 / signal);
  }

  best(bits: number): number[] {
    return this.#sums.best(paletteSize(bits));
  }
}
