import { type Block, blockOf } from "./block.ts";

/** Bits of an exponential; 1 is 2^20 − 1. */
export const EXPONENTIAL_BITS = 20;

/** round(2^(20 − i / 256)) for i = 0 to 256. */
export const POWERS: Int32Array = Int32Array.from({ length: 257 }, (_, i) =>
  Math.round(2 ** (EXPONENTIAL_BITS - i / 256)),
);

/**
 * 2^−(z / 2^16) in units of 2^−20, for a whole z ≥ 0: between two entries of a table of 257 on a line, then shifted.
 * The relative error is below 2^−19.7 as far as the result has bits.
 *
 * @example exponential(65536) === 2 ** 19
 */
export function exponential(z: number): number {
  const whole = Math.floor(z / 2 ** 16);
  if (whole >= EXPONENTIAL_BITS + 1) return 0;
  const index = (z >> 8) & 255;
  const rest = z & 255;
  const upper = POWERS[index] as number;
  const line = upper - (((upper - (POWERS[index + 1] as number)) * rest) >> 8);
  return Math.min(line >> whole, 2 ** EXPONENTIAL_BITS - 1);
}

/** The largest value; in hardware it is kept while the vector is written. */
export function maximum(values: Int32Array): number {
  let largest = -(2 ** 31);
  for (const value of values) if (value > largest) largest = value;
  return largest;
}

/** 2^(score − largest score) of every position: softmax without its denominator, which `means` divides by. */
export function softmax({ values }: Block): Block {
  const largest = maximum(values);
  return blockOf(
    values.map((score) => exponential(largest - score)),
    -EXPONENTIAL_BITS,
  );
}
