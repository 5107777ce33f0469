import { at } from "@chisel-ts/core";
import { SIXTEENTHS } from "../../model/index.ts";
import {
  floatLayers,
  isMlp,
  type LinearLayers,
  type Model,
  maxInteger,
} from "../../network/index.ts";
import { InferenceError } from "./error.ts";
import { type Generation, generateTokens } from "./generate.ts";

/** The maximum |x| that entered each matrix. */
export type Ranges = ReadonlyMap<string, number>;

/**
 * Lets an MLP generate tokens in float and keeps the ranges of what enters its matrices.
 *
 * @throws InferenceError for another network.
 *
 * @example
 * const tensors = new Map([["w", { shape: [2, 2], values: Float32Array.of(0, 1, 1, 0) }]]);
 * const config = { model_type: "mlp", layers: [{ weight: "w" }] };
 * const model = { config, tensors, tokenizer: characterTokenizer(["a", "b"]) };
 * console.log(calibrate(model, "ab", 3).get("w")); // 1
 */
export function calibrate(model: Model, prompt: Generation["prompt"], tokens: number): Ranges {
  if (!isMlp(model))
    throw new InferenceError(
      "calibrated scales are for MLPs; a decoder's norms and functions are the host's, with one scale a token",
    );
  const ranges = new Map<string, number>();
  const inner = floatLayers(model);
  const layers: LinearLayers = {
    apply(name, input, output, vectors) {
      const largest = input.reduce((maximum, x) => Math.max(maximum, Math.abs(x)), 0);
      ranges.set(name, Math.max(ranges.get(name) ?? 0, largest));
      inner.apply(name, input, output, vectors);
    },
  };
  generateTokens(model, layers, { prompt, tokens });
  return ranges;
}

/** A factor of two terms: (1 + ρ(residual)) · 2^−exponent. */
export interface TwoTerms {
  readonly residual: number;
  readonly exponent: number;
}

export const factorOf = ({ residual, exponent }: TwoTerms): number =>
  (at(SIXTEENTHS, residual) / 16) * 2 ** -exponent;

/**
 * The factor by which activations of `scale` become those of the next scale, the finest that holds `range`: the largest
 * factor of two terms that is at most scale · most / range. The next scale is scale / factor, so the accelerator's scale is
 * exact and no rounding is added.
 */
export function nextFactor(scale: number, range: number, activation: "int8" | "int16"): TwoTerms {
  const maximum = (scale * maxInteger[activation]) / (range > 0 ? range : scale);
  const exponents = [0, 1, 2].map((more) => more - Math.floor(Math.log2(maximum)) - 1);
  const candidates = exponents.flatMap((exponent) =>
    SIXTEENTHS.map((_, residual): TwoTerms => ({ residual, exponent })),
  );
  return candidates
    .filter((factor) => factorOf(factor) <= maximum)
    .reduce((best, factor) => (factorOf(factor) > factorOf(best) ? factor : best), {
      residual: 3,
      exponent: 64,
    });
}
