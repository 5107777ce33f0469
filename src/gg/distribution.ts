import type { GeneralizedGaussian } from "./shape.ts";
import { igam, igamc, igami, lgam } from "./special-functions.ts";

/**
 * ln of the density at x: ln ν − ln 2α − ln Γ(1/ν) − |x/α|^ν.
 *
 * @example
 * console.log(logDensity(0, { nu: 1, alpha: 0.5 })); // 0
 */
export const logDensity = (x: number, { nu, alpha }: GeneralizedGaussian): number =>
  Math.log(nu / (2 * alpha)) - lgam(1 / nu) - Math.abs(x / alpha) ** nu;

/**
 * The density at x, per unit of x.
 *
 * @example
 * console.log(density(0, { nu: 1, alpha: 0.25 })); // 2
 */
export const density = (x: number, distribution: GeneralizedGaussian): number =>
  Math.exp(logDensity(x, distribution));

/** e^−700 is the last power of e that has a margin above float64's smallest normal number. */
const MAX_POWER = 700;

/**
 * The probability of a value up to x: |x/α|^ν follows Gamma(1/ν, 1), and each sign has half.
 *
 * @example
 * console.log(cumulative(0, { nu: 2, alpha: 1 })); // 0.5
 */
export function cumulative(x: number, { nu, alpha }: GeneralizedGaussian): number {
  const power = Math.abs(x / alpha) ** nu;
  // Far out cephes refuses what underflows.
  if (power > MAX_POWER) return x < 0 ? 0 : 1;
  // The tail below zero on its own, so that it does not cancel to nothing.
  return x < 0 ? igamc(1 / nu, power) / 2 : (1 + igam(1 / nu, power)) / 2;
}

/**
 * The x below which a share p of the values lies; ∓∞ for 0 and 1.
 *
 * @throws RangeError for p outside 0…1.
 *
 * @example
 * console.log(quantile(0.75, { nu: 1, alpha: 1 }).toFixed(4)); // 0.6931
 */
export function quantile(p: number, { nu, alpha }: GeneralizedGaussian): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is from 0 to 1, not ${p}`);
  const [sign, tail] = p < 0.5 ? [-1, 2 * p] : [1, 2 * (1 - p)];
  if (tail === 0) return sign * Number.POSITIVE_INFINITY;
  return tail === 1 ? 0 : sign * alpha * igami(1 / nu, tail) ** (1 / nu);
}
