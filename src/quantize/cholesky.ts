import { dots } from "./dots.ts";

/** Columns that are finished together, so that what they are made of stays in the cache. */
const PANEL = 64;

/**
 * The lower Cholesky factor of a symmetric matrix, A = L · Lᵀ, in place of its lower triangle; the upper one is left as it is.
 *
 * @param a n × n, row by row
 * @returns false where the matrix is not positive definite; `a` is then of no use
 * @source Golub and Van Loan, Matrix Computations, 4th edition, algorithm 4.2.4 (block dot product)
 */
export function cholesky(a: Float64Array, n: number): boolean {
  const sums = new Float64Array(4);
  for (let first = 0; first < n; first += PANEL) {
    const end = Math.min(n, first + PANEL);
    for (let i = first; i < n; i++) {
      const last = Math.min(i + 1, end);
      for (let j = first; j < last; j += 4) {
        const count = Math.min(4, last - j);
        dots(a, i * n, a, j * n, n, count, first, sums);
        for (let r = 0; r < count; r++)
          a[i * n + j + r] = (a[i * n + j + r] as number) - (sums[r] as number);
      }
    }
    for (let j = first; j < end; j++) if (!finishColumn(a, n, j, first)) return false;
  }
  return true;
}

/** Column j, from which the columns before `first` are subtracted already. */
function finishColumn(a: Float64Array, n: number, j: number, first: number): boolean {
  let pivot = a[j * n + j] as number;
  for (let k = first; k < j; k++) pivot -= (a[j * n + k] as number) ** 2;
  if (!(pivot > 0)) return false;
  const root = Math.sqrt(pivot);
  a[j * n + j] = root;
  for (let i = j + 1; i < n; i++) {
    let sum = a[i * n + j] as number;
    for (let k = first; k < j; k++) sum -= (a[i * n + k] as number) * (a[j * n + k] as number);
    a[i * n + j] = sum / root;
  }
  return true;
}

/** Solves L · Lᵀ · x = b for the n numbers of `b` from `at` on, in place. @param l as `cholesky` leaves it */
export function solveCholesky(l: Float64Array, n: number, b: Float64Array, at = 0): void {
  for (let i = 0; i < n; i++) {
    let sum = b[at + i] as number;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] as number) * (b[at + k] as number);
    b[at + i] = sum / (l[i * n + i] as number);
  }
  // Row by row of L, as column by column of its transpose.
  for (let i = n - 1; i >= 0; i--) {
    const x = (b[at + i] as number) / (l[i * n + i] as number);
    b[at + i] = x;
    for (let k = 0; k < i; k++) b[at + k] = (b[at + k] as number) - (l[i * n + k] as number) * x;
  }
}
