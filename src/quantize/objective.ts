import { dots } from "./dots.ts";

/**
 * e · H · eᵀ of vectors. H is read once for all of them.
 *
 * @param errors vectors of n elements, one after the other
 * @param hessian n × n, symmetric
 */
export function objectives(errors: Float64Array, hessian: Float64Array, n: number): Float64Array {
  const count = n === 0 ? 0 : errors.length / n;
  const result = new Float64Array(count);
  const sums = new Float64Array(4);
  for (let i = 0; i < n; i++) {
    const own = hessian[i * n + i] as number;
    for (let first = 0; first < count; first += 4) {
      const together = Math.min(4, count - first);
      // The lower triangle twice and the diagonal once.
      dots(hessian, i * n, errors, first * n, n, together, i, sums);
      for (let r = 0; r < together; r++) {
        const e = errors[(first + r) * n + i] as number;
        result[first + r] = (result[first + r] as number) + e * (2 * (sums[r] as number) + own * e);
      }
    }
  }
  return result;
}
