import { lgam } from "./special-functions.ts";

/** A generalized Gaussian: density ∝ exp(−|x/alpha|^nu). nu 2 is Gaussian, 1 Laplacian. */
export interface GeneralizedGaussian {
  readonly nu: number;
  readonly alpha: number;
}

/** The shapes that the moment estimator tells apart (arXiv 2506.00486 v3 tabulates the same range). */
export const MIN_NU = 0.1;
export const MAX_NU = 2.99;

/**
 * ρ(ν) = Γ(1/ν)·Γ(3/ν)/Γ(2/ν)² = E[x²]/E[|x|]², strictly falling in ν.
 *
 * @example
 * console.log(momentRatio(1).toFixed(3)); // 2.000
 */
export const momentRatio = (nu: number): number =>
  Math.exp(lgam(1 / nu) + lgam(3 / nu) - 2 * lgam(2 / nu));

/**
 * α of a variance: Var = α²·Γ(3/ν)/Γ(1/ν).
 *
 * @example
 * console.log(alphaOf(2, 1).toFixed(4)); // 1.4142
 */
export const alphaOf = (nu: number, variance: number): number =>
  Math.sqrt(variance) * Math.exp((lgam(1 / nu) - lgam(3 / nu)) / 2);

/**
 * The distribution with these moments: ν by bisection on ρ, clamped to 0.1…2.99, and α from the variance.
 * `undefined` where every value is zero.
 *
 * @param meanSquare E[x²]
 * @param meanAbsolute E[|x|]
 *
 * @example
 * console.log(fitMoments(2, 1).nu.toFixed(3)); // 1.000
 */
export function fitMoments(
  meanSquare: number,
  meanAbsolute: number,
): GeneralizedGaussian | undefined {
  if (!(meanAbsolute > 0)) return undefined;
  const ratio = meanSquare / meanAbsolute ** 2;
  let [low, high] = [MIN_NU, MAX_NU];
  if (ratio >= momentRatio(low)) high = low;
  else if (ratio <= momentRatio(high)) low = high;
  // 60 halvings of an interval below 3 reach the spacing of doubles.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (momentRatio(middle) > ratio) low = middle;
    else high = middle;
  }
  const nu = (low + high) / 2;
  return { nu, alpha: alphaOf(nu, meanSquare) };
}

/**
 * The moment fit of values, about a centre that the papers take as zero.
 *
 * @param centre subtracted from every value
 *
 * @example
 * console.log(fitValues([[1, -1, 3], [-3]]).nu); // 2.99
 */
export function fitValues(
  arrays: Iterable<ArrayLike<number>>,
  centre = 0,
): GeneralizedGaussian | undefined {
  let [square, absolute, count] = [0, 0, 0];
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) - centre;
      square += value * value;
      absolute += Math.abs(value);
    }
    count += values.length;
  }
  return fitMoments(square / count, absolute / count);
}
