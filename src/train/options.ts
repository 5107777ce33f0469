import { createHash } from "node:crypto";
import type { BackslashOptions } from "../gg/index.ts";
import { TrainingError } from "./error.ts";
import type { TokenKind } from "./text.ts";
import type { NetworkSize } from "./trainee.ts";

/** What a training run is; two runs of the same options end with the same weights, to the bit. */
export interface TrainingOptions extends NetworkSize {
  readonly text: string;
  readonly tokens: TokenKind;
  readonly steps: number;
  /** The peak of the schedule. */
  readonly learningRate: number;
  /** Generalized-Gaussian of variance ξ/n, or normal of variance 1/columns. */
  readonly init: "gg" | "normal";
  readonly nu: number;
  readonly xi: number;
  /** BackSlash, where it is wanted: κ, or λ itself. */
  readonly backslash?:
    | (BackslashOptions & { readonly kappa: number })
    | (BackslashOptions & { readonly lambda: number });
  /** DeepShape of every matrix before fine-tuning. */
  readonly deepshape: boolean;
  /** Fine-tuning with the matrices in RF8 in the forward pass. */
  readonly rf8: boolean;
  /** 0 to 2^32 − 1. */
  readonly seed: number;
}

export const trainingDefaults = {
  ...{ architecture: "llama", hidden: 64, layers: 2, context: 64, tokens: "characters" },
  ...{ steps: 1500, learningRate: 3e-3, init: "normal", nu: 2, xi: 2 },
  ...{ deepshape: false, rf8: false, seed: 1 },
} as const satisfies Omit<TrainingOptions, "text">;

/** The last part of a run is fine-tuning: without BackSlash, after DeepShape, with RF8 in the loop. */
const FINE_TUNING = 0.2;

/** The first step of fine-tuning, counted from 1. */
export const fineTuningFrom = ({ steps }: TrainingOptions): number =>
  Math.floor(steps * (1 - FINE_TUNING)) + 1;

/** Options as a line that tells runs apart: the text by its digest. */
export function fingerprint({ text, ...options }: TrainingOptions): string {
  const digest = createHash("sha256").update(text).digest("hex");
  return JSON.stringify(Object.fromEntries(Object.entries({ ...options, digest }).sort()));
}

/** @throws TrainingError for sizes that no network has. */
export function checkOptions(options: TrainingOptions): void {
  const { architecture, hidden, layers, steps, context, learningRate } = options;
  for (const [name, value] of Object.entries({ hidden, layers, steps, context }))
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new TrainingError(`${name} is ${value}; a whole number above 0 is needed`);
  if (architecture === "llama" && hidden % 16 !== 0)
    throw new TrainingError(
      `hidden is ${hidden}; a multiple of 16, the width of a head, is needed`,
    );
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY))
    throw new TrainingError(`the learning rate is ${learningRate}; a number above 0 is needed`);
}
