import { cumulative, logDensity } from "./distribution.ts";
import type { Histogram } from "./histogram.ts";
import { type GeneralizedGaussian, MIN_NU } from "./shape.ts";

/** From ν = 10 on, a generalized Gaussian is nearly uniform over ±α. */
const MAX_NU = 10;

/** A distribution and how well it describes values. */
export interface LikelihoodFit extends GeneralizedGaussian {
  /** Kolmogorov–Smirnov: the largest distance between the two cumulative distributions, 0 to 1. */
  readonly ks: number;
}

/**
 * Maximum likelihood of ν, 0.1 to 10, and α: for a given ν, α^ν = ν · mean |x|^ν, and the likelihood of
 * that pair has one maximum over ln ν, which golden-section search finds. Values are taken at the middle of
 * their bins. `undefined` where there is no value but zero.
 *
 * @example
 * const histogram = new Histogram();
 * histogram.add(sample({ nu: 1, alpha: 0.1 }, 10_000, 1));
 * console.log(fitLikelihood(histogram).nu.toFixed(1)); // 1.0
 */
export function fitLikelihood(histogram: Histogram): LikelihoodFit | undefined {
  const bins = [...histogram.bins()].map(({ low, high, count }) => ({
    magnitude: (low + high) / 2,
    count,
  }));
  if (!bins.some(({ magnitude }) => magnitude > 2 ** -126)) return undefined;
  const given = (nu: number): GeneralizedGaussian => {
    const sum = bins.reduce((s, { magnitude, count }) => s + count * magnitude ** nu, 0);
    return { nu, alpha: ((nu * sum) / histogram.total) ** (1 / nu) };
  };
  // At its own α the mean of |x/α|^ν is 1/ν, so the mean log-likelihood is that of any x with that power.
  const meanLogLikelihood = (logNu: number): number => {
    const fit = given(Math.exp(logNu));
    return logDensity(fit.alpha * (1 / fit.nu) ** (1 / fit.nu), fit);
  };
  const best = given(Math.exp(maximum(meanLogLikelihood, Math.log(MIN_NU), Math.log(MAX_NU))));
  return { ...best, ks: distance(histogram, best) };
}

/** Where a function with one maximum has it, to 1e-6, by golden-section search. */
function maximum(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [fa, fb] = [f(a), f(b)];
  while (high - low > 1e-6) {
    if (fa < fb) {
      [low, a, fa] = [a, b, fb];
      b = low + ratio * (high - low);
      fb = f(b);
    } else {
      [high, b, fb] = [b, a, fa];
      a = high - ratio * (high - low);
      fa = f(a);
    }
  }
  return (low + high) / 2;
}

/** The largest distance at the edges of the bins that hold values. */
function distance(histogram: Histogram, fit: GeneralizedGaussian): number {
  let [below, largest] = [0, 0];
  for (const { sign, low, high, count } of histogram.bins()) {
    const [first, last] = sign < 0 ? [-high, -low] : [low, high];
    largest = Math.max(largest, Math.abs(below / histogram.total - cumulative(first, fit)));
    below += count;
    largest = Math.max(largest, Math.abs(below / histogram.total - cumulative(last, fit)));
  }
  return largest;
}
