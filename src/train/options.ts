import type { BackslashOptions } from "../gg/index.ts";
import type { Device } from "./device.ts";
import { TrainingError } from "./error.ts";
import type { Subject } from "./subject.ts";

/** How a network is trained; two runs of the same subject and options end with the same weights, to the bit. */
export interface TrainingOptions {
  readonly steps: number;
  /** The peak of the schedule. */
  readonly learningRate: number;
  /** What a step takes off every weight of the matrices, in learning rates (AdamW). */
  readonly weightDecay: number;
  /** Generalized-Gaussian of variance ξ/n, or normal of variance 1/columns, where weights are drawn. */
  readonly init: "gg" | "normal";
  readonly nu: number;
  readonly xi: number;
  /** BackSlash, where it is wanted: κ, or λ itself. */
  readonly backslash?:
    | (BackslashOptions & { readonly kappa: number })
    | (BackslashOptions & { readonly lambda: number });
  /** The share of the steps, at their end, that is fine-tuning: without BackSlash, after DeepShape, with RF8 in the loop. */
  readonly fineTuning: number;
  /** DeepShape of every matrix before fine-tuning. */
  readonly deepshape: boolean;
  /** Fine-tuning with the matrices in RF8 in the forward pass. */
  readonly rf8: boolean;
  /** Bits of a weight in RF8, where they are fewer than 8: palettes, the best for each matrix. */
  readonly bits?: 4 | 5 | 6 | 7;
  /** The loss is the KL divergence from the network as it was before the first step. */
  readonly distill: boolean;
  readonly device: Device;
  /** 0 to 2^32 − 1. */
  readonly seed: number;
}

export const trainingDefaults = {
  steps: 1500,
  learningRate: 3e-3,
  weightDecay: 0,
  init: "normal",
  nu: 2,
  xi: 2,
  fineTuning: 0.2,
  deepshape: false,
  rf8: false,
  distill: false,
  device: "wasm",
  seed: 1,
} as const satisfies TrainingOptions;

/** The first step of fine-tuning, counted from 1. */
export const fineTuningFrom = ({ steps, fineTuning }: TrainingOptions): number =>
  Math.floor(steps * (1 - fineTuning)) + 1;

/** A line that tells runs apart. */
export const fingerprint = (
  { digest, batch, counted }: Subject,
  options: TrainingOptions,
): string =>
  JSON.stringify(Object.fromEntries(Object.entries({ ...options, digest, batch, counted }).sort()));

/** @throws TrainingError for options that no run has. */
export function checkOptions({ batch, weights }: Subject, options: TrainingOptions): void {
  const { steps, learningRate, weightDecay, fineTuning, distill } = options;
  for (const [name, value] of Object.entries({ steps, batch }))
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new TrainingError(`${name} is ${value}; a whole number above 0 is needed`);
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY))
    throw new TrainingError(`the learning rate is ${learningRate}; a number above 0 is needed`);
  if (!(weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY))
    throw new TrainingError(`the weight decay is ${weightDecay}; a number from 0 is needed`);
  if (!(fineTuning >= 0 && fineTuning <= 1))
    throw new TrainingError(`fine-tuning is ${fineTuning} of the steps; 0 to 1 is needed`);
  if (distill && !weights)
    throw new TrainingError("distillation needs a network to learn from, one that is continued");
}
