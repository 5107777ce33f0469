import { at } from "@chisel-ts/core";
import { cumulative } from "./distribution.ts";
import type { Histogram } from "./histogram.ts";
import type { GeneralizedGaussian } from "./shape.ts";

/** Shares of the values, and of a distribution, in equal steps of the value. */
export interface Profile {
  /** The outer edges of the first and the last step: −reach and reach. */
  readonly reach: number;
  readonly values: readonly number[];
  readonly fit: readonly number[];
}

/**
 * Compares values with a distribution in `steps` equal steps over ±reach; what is beyond is left out.
 *
 * @example
 * const histogram = new Histogram();
 * histogram.add([-0.5, 0.1, 0.2, 0.6]);
 * const { values } = profileOf(histogram, { nu: 2, alpha: 0.5 }, 1, 4);
 * console.log(values.join()); // 0.25,0,0.5,0.25
 */
export function profileOf(
  histogram: Histogram,
  distribution: GeneralizedGaussian,
  reach: number,
  steps: number,
): Profile {
  const values = new Array<number>(steps).fill(0);
  const width = (2 * reach) / steps;
  for (const { sign, low, high, count } of histogram.bins()) {
    const step = Math.floor(((sign * (low + high)) / 2 + reach) / width);
    if (step >= 0 && step < steps) values[step] = at(values, step) + count / histogram.total;
  }
  const below = (edge: number): number => cumulative(-reach + edge * width, distribution);
  return { reach, values, fit: values.map((_, step) => below(step + 1) - below(step)) };
}

const blocks = [..." ▁▂▃▄▅▆▇█"];

/**
 * Shares as blocks of heights in eighths of `maximum`.
 *
 * @example
 * console.log(sparkline([0.1, 0.4, 0.2], 0.4)); // ▂█▄
 */
export const sparkline = (shares: readonly number[], maximum: number): string =>
  shares
    .map((share) => blocks[Math.min(8, Math.ceil((8 * share) / maximum - 0.05))] ?? blocks[0])
    .join("");
