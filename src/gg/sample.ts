import { randomGamma } from "d3-random";
import { seededRandom } from "../format/index.ts";
import type { GeneralizedGaussian } from "./shape.ts";

/**
 * Independent draws: |x| = alpha · G^(1/nu) with G ~ Gamma(1/nu, 1), and a random sign.
 *
 * @param seed 0 to 2^32 − 1; the same seed gives the same draws.
 */
export function sample(
  { nu, alpha }: GeneralizedGaussian,
  length: number,
  seed: number,
): Float32Array<ArrayBuffer> {
  const generator = seededRandom(seed);
  const uniform = (): number => (generator.next() >>> 0) / 2 ** 32;
  const gamma = randomGamma.source(uniform)(1 / nu, 1);
  return Float32Array.from(
    { length },
    () => (uniform() < 0.5 ? -1 : 1) * alpha * gamma() ** (1 / nu),
  );
}
