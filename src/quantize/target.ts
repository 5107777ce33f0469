import { cholesky, solveCholesky } from "./cholesky.ts";
import { dots } from "./dots.ts";
import { meanDiagonal, meanProduct } from "./hessian.ts";

const RIDGE = 0.1;

interface Matrix {
  /** Row by row. */
  readonly weights: Float64Array;
  readonly columns: number;
}

/** Inputs of a matrix, vectors of as many elements as it has columns. */
interface Inputs {
  /** Of the float network. */
  readonly float: Float32Array;
  /** Of the quantized network, as many. */
  readonly quantized: Float32Array;
  /** Of `quantized`. */
  readonly hessian: Float64Array;
}

/**
 * The weights that bring a matrix's outputs on the inputs of the quantized network nearest to those of the float network on its own:
 * W · (C + D) · (H + D)⁻¹ with H the mean of x̂ · x̂ᵀ, C that of x · x̂ᵀ and D = 0.1 · mean(diag H) · I, which keeps them near W.
 *
 * @returns other weights, or a copy where H + D is not positive definite
 * @source arXiv 2505.11695 (Qronos); arXiv 2602.05902 (partial correction)
 */
export function floatTarget(
  { weights, columns }: Matrix,
  { float, quantized, hessian }: Inputs,
): Float64Array {
  const n = columns;
  const ridge = RIDGE * meanDiagonal(hessian, n);
  const factor = hessian.slice();
  // Transposed, mean of x̂ · xᵀ, so that its rows are C's columns.
  const mixed = meanProduct(quantized, float, n);
  for (let j = 0; j < n; j++) {
    factor[j * n + j] = (factor[j * n + j] as number) + ridge;
    mixed[j * n + j] = (mixed[j * n + j] as number) + ridge;
  }
  const result = weights.slice();
  if (!cholesky(factor, n)) return result;
  const sums = new Float64Array(4);
  for (let start = 0; start < weights.length; start += n) {
    for (let j = 0; j < n; j += 4) {
      const count = Math.min(4, n - j);
      dots(weights, start, mixed, j * n, n, count, n, sums);
      for (let r = 0; r < count; r++) result[start + j + r] = sums[r] as number;
    }
    solveCholesky(factor, n, result, start);
  }
  return result;
}
