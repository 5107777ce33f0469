/** Adam's decay of the first and second moment and its epsilon, as is usual for transformers. */
const [BETA1, USUAL_BETA2, EPSILON] = [0.9, 0.95, 1e-8];

/** The moments of one parameter's gradients. */
export interface Moments {
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
}

export const noMoments = (length: number): Moments => ({
  first: new Float32Array(length),
  second: new Float32Array(length),
});

/** A step of the optimizer. */
export interface AdamStep {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Of the weight, in learning rates; 0 where it is absent. */
  readonly weightDecay?: number;
  /** Decay of the second moment; 0.95 where it is absent. */
  readonly beta2?: number;
}

/**
 * One step of Adam in place, in float64 rounded to float32; with decay that is no part of the gradient, AdamW.
 *
 * @source arXiv 1412.6980 (Adam), algorithm 1; arXiv 1711.05101 (AdamW), algorithm 2
 */
export function adam(
  weights: Float32Array,
  gradient: ArrayLike<number>,
  { first, second }: Moments,
  { step, learningRate, weightDecay = 0, beta2 = USUAL_BETA2 }: AdamStep,
): void {
  const [correct1, correct2] = [1 - BETA1 ** step, 1 - beta2 ** step];
  const kept = 1 - learningRate * weightDecay;
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i] as number;
    const m = BETA1 * (first[i] as number) + (1 - BETA1) * g;
    const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    weights[i] =
      kept * (weights[i] as number) -
      (learningRate * (m / correct1)) / (Math.sqrt(v / correct2) + EPSILON);
  }
}

/** The share of the steps that warms up, and what the cosine ends at, of the peak. */
const [WARM_UP, END] = [0.05, 0.05];

/** The learning rate of a step, counted from 1: a linear rise, then half a cosine. */
export function learningRateAt(step: number, steps: number, peak: number): number {
  const rise = Math.max(1, Math.round(WARM_UP * steps));
  if (step <= rise) return (peak * step) / rise;
  const progress = (step - rise) / Math.max(1, steps - rise);
  return peak * (END + ((1 - END) * (1 + Math.cos(Math.PI * progress))) / 2);
}
