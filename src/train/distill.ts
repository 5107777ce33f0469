import type { DecoderConfig, Model } from "../network/index.ts";
import { adam, learningRateAt, noMoments } from "./adam.ts";
import { evenWindows, shuffledWindows, type Windows } from "./batches.ts";
import type { Device } from "./device.ts";
import { TrainingError } from "./error.ts";
import { decoderPlan } from "./network.ts";
import type { Weights } from "./parameters.ts";
import { partsOf, windowsAtOnce } from "./parts.ts";
import { sequenceCorpus } from "./text.ts";
import { Workers } from "./workers.ts";

/** A matrix whose values a format confines. */
export interface Confined {
  /** Values of the format, as good as is known. */
  readonly start: Float32Array;
  /** Writes for each value the nearest of the format. */
  round(values: Float32Array, rounded: Float32Array): void;
}

export interface DistillationOptions {
  readonly steps: number;
  /** The peak of the schedule, as a share of a matrix's root mean square; 0.002, or 0.5 ÷ steps beyond 250 of them, where it is absent. */
  readonly learningRate?: number;
  /** Sequences of a step. */
  readonly batch: number;
  readonly device: Device;
  /** 0 to 2^32 − 1. */
  readonly seed: number;
  onStep?(step: number, steps: number, loss: number): void;
}

export const distillationDefaults = {
  batch: 16,
  device: "wasm",
  seed: 1,
} as const satisfies Partial<DistillationOptions>;

/**
 * The share of the steps, at the end, whose values are averaged, and how much of the average each step replaces: values near the middle between
 * two codes go to and fro, and their average is nearer to what they are about.
 */
const [AVERAGED, REPLACED] = [0.3, 0.05];

/**
 * The peak of a short run, and what all steps of a longer one together may move a value by. At the short run's peak a longer one ends
 * worse: values go on to drift to the middle between two codes, where the next step rounds them to the other.
 */
const [PEAK, TRAVEL] = [2e-3, 0.5];

/** The peak of the schedule of a run where none is given. */
export const peakOf = (steps: number): number => Math.min(PEAK, TRAVEL / steps);

/** Adam's decay of the second moment: gradients through rounding jump, and a mean over fewer steps lets some of them through. */
const BETA2 = 0.99;

/** What distillation gives. */
export interface Distilled {
  /** The values of every confined matrix, which the format does not hold: their nearest are those that it was trained for. */
  readonly values: Weights;
  /** KL(float ‖ rounded) in nats a token on the last tenth of the sequences, which is not trained on: at the beginning and at the end. */
  readonly klBefore: number;
  readonly kl: number;
}

/**
 * Moves the values of confined matrices so that the network with the rounded matrices comes as near as it can to the network itself: Adam on
 * the KL divergence of all tokens, its gradient by the rounded values taken for that by the values (straight through). The result is an average over the last steps. All else in the
 * network stays.
 *
 * @param sequences of one length; shorter ones are left out
 * @throws TrainingError for fewer than ten of them, and a loss that is no longer finite.
 *
 * @example
 * const model = readModel(`${folder}/model`);
 * const sequences = sampledSequences(model, { sequences: 12, length: 4 }, 1);
 * const [name, rounded] = ["lm_head.weight", (values) => values.map((w) => Math.round(8 * w) / 8)];
 * const start = rounded(model.tensors.get(name).values);
 * const confined = new Map([[name, { start, round: (values, into) => into.set(rounded(values)) }]]);
 * const { klBefore } = await distill(model, sequences, confined, { ...distillationDefaults, steps: 2 });
 * console.log(klBefore > 0); // true
 */
export async function distill(
  model: Model<DecoderConfig>,
  sequences: readonly (readonly number[])[],
  confined: ReadonlyMap<string, Confined>,
  { steps, learningRate: peak = peakOf(steps), batch, device, seed, onStep }: DistillationOptions,
): Promise<Distilled> {
  const length = sequences.reduce((maximum, sequence) => Math.max(maximum, sequence.length), 0);
  const corpus = sequenceCorpus(sequences, length - 1);
  const plan = decoderPlan(model.config, length - 1);
  const float = new Map([...model.tensors].map(([name, { values }]) => [name, values]));
  const values = new Map(
    [...confined].map(([name, { start }]) => [name, Float32Array.from(start)]),
  );
  const moments = new Map([...values].map(([name, { length: n }]) => [name, noMoments(n)]));
  const rates = new Map([...float].map(([name, w]) => [name, rootMeanSquare(w)]));
  const averages = new Map([...values].map(([name, w]) => [name, Float64Array.from(w)]));
  const rounded = new Map([...values].map(([name, w]) => [name, w.slice()]));
  const workers = await Workers.of(plan, {
    device,
    parts: batch / windowsAtOnce(batch, plan.context, device),
    teacher: float,
  });
  const useRounded = (of: Weights): void => {
    for (const [name, { round }] of confined)
      round(of.get(name) ?? new Float32Array(), rounded.get(name) ?? new Float32Array());
    workers.use(new Map([...float, ...rounded]));
  };
  const parts = (windows: Windows) => {
    const factor = 1 / ((windows.tokens.length / windows.length) * plan.context);
    return partsOf(windows, plan.context, device).map((part) => ({
      windows: part,
      counted: plan.context,
      factor,
    }));
  };
  const divergence = async (of: Weights): Promise<number> => {
    useRounded(of);
    return workers.loss(parts(evenWindows(corpus.validation, corpus.validation.places)));
  };
  try {
    const klBefore = await divergence(values);
    for (let step = 1; step <= steps; step++) {
      const windows = shuffledWindows(corpus.training, batch, { seed, step });
      useRounded(values);
      const { loss, gradient } = await workers.gradient(parts(windows));
      if (!Number.isFinite(loss))
        throw new TrainingError(`the divergence is ${loss} at step ${step} of distillation`);
      for (const [name, matrix] of values) {
        const learningRate = learningRateAt(step, steps, peak * (rates.get(name) ?? 0));
        const [slopes, moment] = [gradient.get(name), moments.get(name)];
        if (slopes && moment) adam(matrix, slopes, moment, { step, learningRate, beta2: BETA2 });
        const share = step <= Math.ceil(steps * (1 - AVERAGED)) ? 1 : REPLACED;
        average(averages.get(name) ?? new Float64Array(), matrix, share);
      }
      onStep?.(step, steps, loss);
    }
    const found = new Map([...averages].map(([name, sums]) => [name, Float32Array.from(sums)]));
    return { values: found, klBefore, kl: await divergence(found) };
  } finally {
    await workers.close();
  }
}

/** Replaces a share of an average. */
function average(mean: Float64Array, values: Float32Array, share: number): void {
  for (let i = 0; i < mean.length; i++)
    mean[i] = (1 - share) * (mean[i] as number) + share * (values[i] as number);
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / Math.max(1, values.length));
}
