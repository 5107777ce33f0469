import { fitValues } from "./shape.ts";

/** A parameter of a network: a matrix, or a vector of gains or biases. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** λ itself, as the authors give it (2000), or κ: λ = κ · learning rate · number of parameters. */
export type BackslashStrength =
  | { readonly lambda: number }
  | { readonly kappa: number; readonly learningRate: number };

export interface BackslashOptions {
  /** Added to magnitudes; 1 in the authors' code, which makes it nearly an L1 shrink. */
  readonly epsilon?: number;
  /** What ν is estimated from. Gains near 1 ruin the estimate of a small model, so: matrices. */
  readonly estimate?: "matrices" | "all";
}

/**
 * One step of rate-constrained training (BackSlash, arXiv 2504.16968), to follow each step of an optimizer, in place:
 * w ← w − λ·ν/n · sign(w)·(|w| + ε)^(ν − 1), n the number of parameters, ν the moment estimate. In float64,
 * rounded to float32 once. λ of 2000 is for large models; κ about 0.1 suits any size.
 *
 * @returns ν; undefined where every weight is zero and nothing changes.
 *
 * @example
 * const matrix = { shape: [2, 2], data: Float32Array.of(0.5, -0.1, 0.02, 0.3) };
 * backslash([matrix], { kappa: 0.1, learningRate: 1e-3 });
 * console.log(matrix.data[0] < 0.5); // true
 */
export function backslash(
  parameters: readonly Parameter[],
  strength: BackslashStrength,
  { epsilon = 1, estimate = "matrices" }: BackslashOptions = {},
): number | undefined {
  const n = parameters.reduce((sum, { data }) => sum + data.length, 0);
  const seen = parameters.filter(({ shape }) => estimate === "all" || shape.length >= 2);
  const fit = fitValues(seen.map(({ data }) => data));
  if (!fit) return undefined;
  const { nu } = fit;
  const lambda =
    "lambda" in strength ? strength.lambda : strength.kappa * strength.learningRate * n;
  const factor = (lambda * nu) / n;
  for (const { data } of parameters) {
    for (let i = 0; i < data.length; i++) {
      const w = data[i] as number;
      data[i] = w - factor * Math.sign(w) * (Math.abs(w) + epsilon) ** (nu - 1);
    }
  }
  return nu;
}
