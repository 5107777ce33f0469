import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of 32-bit integers. Whoever draws from it advances it. */
export interface RandomBits {
  next(): number;
}

/**
 * The generator of stochastic rounding: xoroshiro128+ from pure-rand, seeded with 32 bits.
 * The jump (2^64 draws) leads away from the nearly constant state that small seeds start in, whose
 * first draws are close to one another.
 * @throws RangeError unless the seed is an integer from 0 to 2^32 - 1
 *
 * @example
 * console.log(seededRandom(1).next() === seededRandom(1).next()); // true
 */
export function seededRandom(seed: number): RandomBits {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    throw new RangeError(`seed ${seed}: a seed is an integer from 0 to 4294967295`);
  const generator = xoroshiro128plus(seed);
  generator.jump();
  return generator;
}

/** @throws TypeError where stochastic rounding was given no generator */
export function required(random: RandomBits | undefined): RandomBits {
  if (random === undefined)
    throw new TypeError("stochastic rounding needs a generator: pass seededRandom(seed)");
  return random;
}
