// Ranges of integers, and the bits that hold them in two's complement.

/** From `low` to `high`, both included. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** The smallest range that holds some numbers. */
export function around(...values: readonly [bigint, ...bigint[]]): Range {
  let [low, high] = [values[0], values[0]];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Everything that `width` bits hold in two's complement. */
export const rangeOf = (width: number): Range => {
  const half = 1n << BigInt(width - 1);
  return { low: -half, high: half - 1n };
};

/** The products of a number of one range and one of another. */
export const product = (a: Range, b: Range): Range =>
  around(a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high);

/** The fewest bits that hold a range in two's complement. */
export function bitsOf({ low, high }: Range): number {
  const magnitude = -low - 1n > high ? -low - 1n : high;
  return magnitude <= 0n ? 1 : 1 + magnitude.toString(2).length;
}
