import { type Model, tensorOf } from "./model.ts";

/**
 * Every product of a matrix and a vector in a forward pass. Floats, quantized inputs and simulated hardware
 * implement it; norms, rotary embeddings, softmax, activation functions and sums stay with the caller.
 */
export interface LinearLayers {
  /**
   * output = W · input, for one vector or several.
   *
   * @param name of the matrix W, shape [outputs, inputs]
   * @param input of each vector `inputs` elements, one vector after the other; not kept, not changed
   * @param output of each vector `outputs` elements; written whole
   * @param vectors how many there are; 1 where it is absent
   */
  apply(name: string, input: Float32Array, output: Float32Array, vectors?: number): void;
}

/** Each of several vectors by itself, for layers that take one at a time. */
export function eachVector(
  input: Float32Array,
  output: Float32Array,
  vectors: number,
  apply: (input: Float32Array, output: Float32Array) => void,
): void {
  const [inputs, outputs] = [input.length / vectors, output.length / vectors];
  for (let v = 0; v < vectors; v++)
    apply(
      input.subarray(v * inputs, (v + 1) * inputs),
      output.subarray(v * outputs, (v + 1) * outputs),
    );
}

/** The products in floating point: exact terms, sums in float64, results rounded to float32. */
export const floatLayers = (model: Pick<Model, "tensors">): LinearLayers => ({
  apply(name, input, output, vectors = 1) {
    multiply(tensorOf(model, name).values, input, output, vectors);
  },
});

/** Four vectors at a time, which read a weight once; those left over by themselves. */
function multiply(
  matrix: Float32Array,
  input: Float32Array,
  output: Float32Array,
  vectors: number,
): void {
  const [columns, rows] = [input.length / vectors, output.length / vectors];
  const whole = vectors - (vectors % 4);
  for (let vector = 0; vector < whole; vector += 4)
    multiplyFour(matrix, columns, input, vector * columns, output, vector * rows, rows);
  for (let vector = whole; vector < vectors; vector++)
    multiplyOne(matrix, columns, input, vector * columns, output, vector * rows, rows);
}

/** Two rows at a time: eight sums that do not wait for one another, and every number read serves several. */
function multiplyFour(
  matrix: Float32Array,
  columns: number,
  input: Float32Array,
  x0: number,
  output: Float32Array,
  y0: number,
  rows: number,
): void {
  const [x1, x2, x3] = [x0 + columns, x0 + 2 * columns, x0 + 3 * columns];
  const [y1, y2, y3] = [y0 + rows, y0 + 2 * rows, y0 + 3 * rows];
  for (let row = 0; row < rows; row += 2) {
    const first = row * columns;
    // An odd last row is computed twice.
    const second = row + 1 < rows ? first + columns : first;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    let b3 = 0;
    for (let i = 0; i < columns; i++) {
      const a = matrix[first + i] as number;
      const b = matrix[second + i] as number;
      const u = input[x0 + i] as number;
      const v = input[x1 + i] as number;
      const w = input[x2 + i] as number;
      const z = input[x3 + i] as number;
      a0 += a * u;
      a1 += a * v;
      a2 += a * w;
      a3 += a * z;
      b0 += b * u;
      b1 += b * v;
      b2 += b * w;
      b3 += b * z;
    }
    output[y0 + row] = a0;
    output[y1 + row] = a1;
    output[y2 + row] = a2;
    output[y3 + row] = a3;
    if (second === first) break;
    output[y0 + row + 1] = b0;
    output[y1 + row + 1] = b1;
    output[y2 + row + 1] = b2;
    output[y3 + row + 1] = b3;
  }
}

/** Four sums at a time: one alone waits for each addition. */
function multiplyOne(
  matrix: Float32Array,
  columns: number,
  input: Float32Array,
  x: number,
  output: Float32Array,
  y: number,
  rows: number,
): void {
  const whole = columns - (columns % 4);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i < whole; i += 4) {
      a += (matrix[start + i] as number) * (input[x + i] as number);
      b += (matrix[start + i + 1] as number) * (input[x + i + 1] as number);
      c += (matrix[start + i + 2] as number) * (input[x + i + 2] as number);
      d += (matrix[start + i + 3] as number) * (input[x + i + 3] as number);
    }
    for (; i < columns; i++) a += (matrix[start + i] as number) * (input[x + i] as number);
    output[y + row] = a + b + (c + d);
  }
}
