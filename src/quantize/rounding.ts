import { Grid } from "./grid.ts";
import type { QuantizedMatrix } from "./matrix.ts";

/** Rounding to the codes that a quantized matrix may have: its bias, its row scales and its palette stay. */
export class CodeRounding {
  readonly #matrix: QuantizedMatrix;
  readonly #columns: number;
  readonly #grid: Grid;

  constructor(matrix: QuantizedMatrix, columns: number) {
    this.#matrix = matrix;
    this.#columns = columns;
    this.#grid = new Grid(matrix.palette);
  }

  /** Writes the value of the nearest code for every weight, as the float32 that a decoder of the format makes of it. */
  round(weights: Float32Array, rounded: Float32Array): void {
    this.#each(weights, (i, w, step) => {
      rounded[i] = w * step;
    });
  }

  /**
   * The matrix with the nearest codes of other weights; its errors are those of what it was.
   *
   * @param given the weights that the codes stand for, of which are counted those that are not the nearest, saturated and flushed
   */
  encode(weights: Float32Array, given: Float32Array): QuantizedMatrix {
    const codes = new Uint8Array(weights.length);
    let [changed, saturated, flushed] = [0, 0, 0];
    this.#each(weights, (i, w, step) => {
      codes[i] = this.#grid.code(w);
      const weight = (given[i] as number) / step;
      if (w !== this.#grid.nearest(weight)) changed += 1;
      if (Math.abs(weight) > this.#grid.maximum) saturated += 1;
      if (w === 0 && weight !== 0) flushed += 1;
    });
    return { ...this.#matrix, codes, changed, saturated, flushed };
  }

  #each(weights: Float32Array, visit: (i: number, w: number, step: number) => void): void {
    const { bias, scales } = this.#matrix;
    const unit = 2 ** (-bias - 4);
    for (let i = 0; i < weights.length; i++) {
      const step = (scales?.[Math.floor(i / this.#columns)] ?? 1) * unit;
      visit(i, this.#grid.nearest((weights[i] as number) / step), step);
    }
  }
}
