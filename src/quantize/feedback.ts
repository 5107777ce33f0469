import { cholesky } from "./cholesky.ts";
import { meanDiagonal } from "./hessian.ts";

/** How the rounding errors of earlier columns move later ones. */
export interface Feedback {
  /** The columns in the order in which they are rounded: those with the largest H_jj first. */
  readonly order: Int32Array;
  /** n × n: row i has, for every k < i, what the error of column order[k] adds to column order[i]. */
  readonly gains: Float64Array;
}

const DAMPING = 0.01;
const ATTEMPTS = 4;

/**
 * The feedback of GPTQ with activation order. With H + λI = R · Rᵀ in that order, R upper triangular, e · (H + λI) · eᵀ is the sum of
 * squares of R_ii · (e_i + Σ_{k<i} e_k · R_ki / R_ii), and each square is least where e_i cancels the sum: that is GPTQ's update,
 * without an inverse. R is the Cholesky factor of the matrix turned by half a turn.
 *
 * @param hessian n × n; a column whose H_jj is 0 neither gives nor takes
 * @returns undefined where no damping makes the matrix positive definite
 * @source arXiv 2210.17323 (GPTQ); arXiv 2507.18553 (as Babai's nearest plane)
 */
export function feedbackOf(hessian: Float64Array, n: number): Feedback | undefined {
  const diagonal = Float64Array.from({ length: n }, (_, j) => hessian[j * n + j] as number);
  const order = Int32Array.from({ length: n }, (_, j) => j).sort(
    (a, b) => (diagonal[b] as number) - (diagonal[a] as number) || a - b,
  );
  let damping = DAMPING * meanDiagonal(hessian, n);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++, damping *= 10) {
    const turned = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const from = order[n - 1 - i] as number;
      for (let j = 0; j <= i; j++)
        turned[i * n + j] = hessian[from * n + (order[n - 1 - j] as number)] as number;
      turned[i * n + i] = (diagonal[from] || 1) + damping;
    }
    if (cholesky(turned, n)) return { order, gains: gainsOf(turned, n) };
  }
  return undefined;
}

/** R_ki / R_ii for k < i; R_ki is L[n − 1 − k][n − 1 − i]. */
function gainsOf(factor: Float64Array, n: number): Float64Array {
  const gains = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const column = n - 1 - i;
    const pivot = factor[column * n + column] as number;
    for (let k = 0; k < i; k++)
      gains[i * n + k] = (factor[(n - 1 - k) * n + column] as number) / pivot;
  }
  return gains;
}
