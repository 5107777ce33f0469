import { gammaln } from "simple-statistics";

/** A generalized Gaussian: density ∝ exp(−|x/alpha|^nu). nu 2 is Gaussian, 1 Laplacian. */
export interface GeneralizedGaussian {
  readonly nu: number;
  readonly alpha: number;
}

/** The shapes that the moment estimator tells apart (arXiv 2506.00486 v3 tabulates the same range). */
export const NU_LEAST = 0.1;
export const NU_GREATEST = 2.99;

/** ρ(ν) = Γ(1/ν)·Γ(3/ν)/Γ(2/ν)² = E[x²]/E[|x|]², strictly falling in ν. */
export const momentRatio = (nu: number): number =>
  Math.exp(gammaln(1 / nu) + gammaln(3 / nu) - 2 * gammaln(2 / nu));

/**
 * The distribution with these moments: ν by bisection on ρ, clamped to 0.1…2.99, and α from the variance
 * α²·Γ(3/ν)/Γ(1/ν). `undefined` where every value is zero.
 *
 * @param meanSquare E[x²]
 * @param meanAbsolute E[|x|]
 */
export function fitMoments(
  meanSquare: number,
  meanAbsolute: number,
): GeneralizedGaussian | undefined {
  if (!(meanAbsolute > 0)) return undefined;
  const ratio = meanSquare / meanAbsolute ** 2;
  let [low, high] = [NU_LEAST, NU_GREATEST];
  if (ratio >= momentRatio(low)) high = low;
  else if (ratio <= momentRatio(high)) low = high;
  // 60 halvings of an interval below 3 reach the spacing of doubles.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (momentRatio(middle) > ratio) low = middle;
    else high = middle;
  }
  const nu = (low + high) / 2;
  return { nu, alpha: Math.sqrt(meanSquare) * Math.exp((gammaln(1 / nu) - gammaln(3 / nu)) / 2) };
}
