import { dots } from "./dots.ts";

/** Vectors that are transposed at a time. */
const CHUNK = 256;

/**
 * The mean of x · yᵀ over vectors, [columns, columns] in float64. With y = x that is the Hessian of a matrix's squared output
 * error by its rows, up to a factor of 2.
 *
 * @param x vectors of `columns` elements, one after the other
 * @param weights of each vector; 1 where they are absent
 */
export function meanProduct(
  x: Float32Array,
  y: Float32Array,
  columns: number,
  weights?: Float64Array,
): Float64Array {
  const vectors = x.length / columns;
  const result = new Float64Array(columns * columns);
  const left = new Float64Array(columns * CHUNK);
  const right = x === y && !weights ? left : new Float64Array(columns * CHUNK);
  const sums = new Float64Array(4);
  for (let first = 0; first < vectors; first += CHUNK) {
    const count = Math.min(CHUNK, vectors - first);
    transpose(x, columns, first, count, left);
    if (right !== left) transpose(y, columns, first, count, right, weights);
    for (let i = 0; i < columns; i++) {
      const end = x === y ? i + 1 : columns;
      for (let j = 0; j < end; j += 4) {
        const rows = Math.min(4, end - j);
        dots(left, i * CHUNK, right, j * CHUNK, CHUNK, rows, count, sums);
        for (let r = 0; r < rows; r++)
          result[i * columns + j + r] =
            (result[i * columns + j + r] as number) + (sums[r] as number) / vectors;
      }
    }
  }
  if (x === y)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < i; j++) result[j * columns + i] = result[i * columns + j] as number;
  return result;
}

/** Some vectors, column by column: `CHUNK` places for each. */
function transpose(
  x: Float32Array,
  columns: number,
  first: number,
  count: number,
  out: Float64Array,
  weights?: Float64Array,
): void {
  for (let t = 0; t < count; t++) {
    const weight = weights?.[first + t] ?? 1;
    for (let j = 0; j < columns; j++)
      out[j * CHUNK + t] = weight * (x[(first + t) * columns + j] as number);
  }
}

/** The mean of a matrix's diagonal. */
export function meanDiagonal(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let j = 0; j < n; j++) sum += matrix[j * n + j] as number;
  return n === 0 ? 0 : sum / n;
}
