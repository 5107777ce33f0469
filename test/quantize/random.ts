import { seededRandom } from "../../src/format/index.ts";
import { meanProduct } from "../../src/quantize/hessian.ts";

/** Gaussian numbers, by the central limit of twelve. */
export function gaussians(seed: number, length: number): Float64Array {
  const random = seededRandom(seed);
  const uniform = (): number => (random.next() >>> 0) / 2 ** 32;
  return Float64Array.from({ length }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  });
}

/** The mean of x · xᵀ over correlated inputs. */
export function correlated(seed: number, n: number, vectors = 4 * n): Float64Array {
  const [mix, noise] = [gaussians(seed, n * n), gaussians(seed + 1, n * vectors)];
  const x = new Float32Array(n * vectors);
  for (let t = 0; t < vectors; t++)
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (mix[i * n + k]! * noise[t * n + k]!) / (1 + k);
      x[t * n + i] = sum;
    }
  return meanProduct(x, x, n);
}

export const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
