import { randomGamma } from "d3-random";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { GeneralizedGaussian } from "./shape.ts";

/**
 * Independent draws: |x| = alpha · G^(1/nu) with G ~ Gamma(1/nu, 1), and a random sign.
 *
 * @param seed an integer; the same seed gives the same draws.
 */
export function sample(
  { nu, alpha }: GeneralizedGaussian,
  length: number,
  seed: number,
): Float32Array {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => (generator.next() >>> 0) / 2 ** 32;
  const gamma = randomGamma.source(uniform)(1 / nu, 1);
  return Float32Array.from(
    { length },
    () => (uniform() < 0.5 ? -1 : 1) * alpha * gamma() ** (1 / nu),
  );
}
