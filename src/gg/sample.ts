import { randomGamma } from "d3-random";
import { seededRandom } from "../format/index.ts";
import type { GeneralizedGaussian } from "./shape.ts";

/**
 * One draw after the other, of alpha 1, without an end.
 *
 * @param seed 0 to 2^32 − 1; the same seed gives the same draws.
 *
 * @example
 * const [one, other] = [ggStream(2, 1), ggStream(2, 1)];
 * console.log(one() === other()); // true
 */
export function ggStream(nu: number, seed: number): () => number {
  const generator = seededRandom(seed);
  const uniform = (): number => (generator.next() >>> 0) / 2 ** 32;
  const gamma = randomGamma.source(uniform)(1 / nu, 1);
  return () => (uniform() < 0.5 ? -1 : 1) * gamma() ** (1 / nu);
}

/**
 * Independent draws: |x| = alpha · G^(1/nu) with G ~ Gamma(1/nu, 1), and a random sign.
 *
 * @param seed 0 to 2^32 − 1; the same seed gives the same draws.
 *
 * @example
 * console.log(fitValues([sample({ nu: 2, alpha: 0.1 }, 10_000, 1)]).alpha.toFixed(2)); // 0.10
 */
export function sample(
  { nu, alpha }: GeneralizedGaussian,
  length: number,
  seed: number,
): Float32Array<ArrayBuffer> {
  const draw = ggStream(nu, seed);
  return Float32Array.from({ length }, () => alpha * draw());
}
