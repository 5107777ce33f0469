import { sample } from "./sample.ts";
import { alphaOf } from "./shape.ts";

export interface Initialisation {
  /** Shape of the distribution, above 0. */
  readonly nu?: number;
  /** Gain: 1 without activation or for sigmoid, 2 for ReLU, 2/(1 + k²) for leaky ReLU of slope k. */
  readonly xi?: number;
  /** 0 to 2^32 − 1. */
  readonly seed: number;
}

/**
 * GG initialisation (arXiv 2506.00486 v3): a matrix of independent draws from a generalized Gaussian of variance
 * ξ/n, n = shape[0], whatever ν is. In [out, in] layout n is the fan-out, for an embedding the vocabulary.
 * Vectors are not drawn: gains are 1, biases 0.
 *
 * @throws RangeError for a shape with fewer than two axes, or ν or ξ that is not above 0.
 *
 * @example
 * const weights = initialise([64, 16], { nu: 1, seed: 1 });
 * const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
 * console.log(Math.abs(64 * variance - 2) < 0.4); // true
 */
export function initialise(
  shape: readonly number[],
  { nu = 2, xi = 2, seed }: Initialisation,
): Float32Array<ArrayBuffer> {
  const [n = 0] = shape;
  if (shape.length < 2 || n < 1)
    throw new RangeError(`shape [${shape.join(", ")}]: a matrix is needed; gains are 1, biases 0`);
  if (!(nu > 0 && xi > 0)) throw new RangeError(`ν ${nu} and ξ ${xi}: both must be above 0`);
  const length = shape.reduce((product, size) => product * size, 1);
  return sample({ nu, alpha: alphaOf(nu, xi / n) }, length, seed);
}
