import { cumulative } from "./distribution.ts";
import { fitValues } from "./shape.ts";

export interface DeepshapeOptions {
  /** Distance of the levels that weights are moved to. */
  readonly step?: number;
  /** The target's ν and α, in units of the weights' own. */
  readonly nuFactor?: number;
  readonly alphaFactor?: number;
}

/** Levels are walked one by one. */
const MAX_LEVELS = 2 ** 26;

/**
 * DeepShape (arXiv 2506.00486 v3): histogram matching to a generalized Gaussian. Weights keep their ranks and
 * move to multiples of a step such that they follow GG(0.8·ν, 0.6·α) about their mean; ν and α are the
 * moment fit about it. No level is beyond max|w|. The number of weights up to each level is rounded
 * cumulatively, so that none is left over. Equal weights may part: they are taken in their order.
 *
 * @returns new weights; a copy where all are equal.
 * @throws RangeError for a step that is not above 0, or too small for the weights.
 *
 * @example
 * const weights = sample({ nu: 2, alpha: 0.1 }, 1000, 1);
 * console.log(fitValues([deepshape(weights)]).nu < fitValues([weights]).nu); // true
 */
export function deepshape(
  weights: Float32Array,
  { step = 2 ** -13, nuFactor = 0.8, alphaFactor = 0.6 }: DeepshapeOptions = {},
): Float32Array<ArrayBuffer> {
  const result = Float32Array.from(weights);
  const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
  const fit = fitValues([weights], mean);
  if (!fit) return result;
  const target = { nu: nuFactor * fit.nu, alpha: alphaFactor * fit.alpha };
  const largest = weights.reduce((maximum, w) => Math.max(maximum, Math.abs(w)), 0);
  const outermost = Math.floor(largest / step);
  if (!(step > 0 && outermost <= MAX_LEVELS))
    throw new RangeError(
      `step ${step}: weights up to ${largest} need one above 0 and not so small`,
    );
  const below = (level: number): number => cumulative((level + 0.5) * step - mean, target);
  const first = below(-outermost - 1);
  const share = below(outermost) - first;
  const order = Uint32Array.from(weights, (_, i) => i).sort(
    (a, b) => (weights[a] as number) - (weights[b] as number) || a - b,
  );
  let rank = 0;
  for (let level = -outermost; rank < order.length; level++) {
    const last =
      level >= outermost
        ? order.length
        : Math.round((order.length * (below(level) - first)) / share);
    for (; rank < last; rank++) result[order[rank] as number] = level * step;
  }
  return result;
}
