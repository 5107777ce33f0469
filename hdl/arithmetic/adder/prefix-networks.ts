import type { Bool } from "@chisel-ts/core";

/** Of some neighbouring bits: whether they make a carry, and whether they hand one on. */
export interface Carry {
  readonly generate: Bool;
  readonly propagate: Bool;
}

/** From the carry of each single bit that of each bit and all below it. */
export type PrefixNetwork = (bits: readonly Carry[]) => readonly Carry[];

const joined = (low: Carry, high: Carry): Carry => ({
  generate: high.generate.or(high.propagate.and(low.generate)),
  propagate: high.propagate.and(low.propagate),
});

/** One level: each carry is joined with the one at `partner`, if that exists. */
const level = (
  carries: readonly Carry[],
  partner: (index: number) => number | undefined,
): readonly Carry[] =>
  carries.map((high, index) => {
    const low = carries[partner(index) ?? -1];
    return low ? joined(low, high) : high;
  });

/** 1, 2, 4, … below a number of bits. */
const powersBelow = (bits: number): number[] =>
  Array.from({ length: Math.ceil(Math.log2(bits)) }, (_, exponent) => 2 ** exponent);

/** Kogge and Stone, 1973: the fewest levels and a fan-out of two; the most cells and wires. */
export const koggeStone: PrefixNetwork = (bits) =>
  powersBelow(bits.length).reduce((carries, distance) => level(carries, (i) => i - distance), bits);

/** Sklansky, 1960: the fewest levels, about half the cells of Kogge and Stone; a fan-out that doubles. */
export const sklansky: PrefixNetwork = (bits) =>
  powersBelow(bits.length).reduce(
    (carries, size) =>
      level(carries, (i) => (i & size ? Math.floor(i / size) * size - 1 : undefined)),
    bits,
  );

/** Brent and Kung, 1982: the fewest cells, about twice the levels. */
export const brentKung: PrefixNetwork = (bits) => {
  const powers = powersBelow(bits.length);
  const up = powers.reduce(
    (carries, distance) =>
      level(carries, (i) => ((i + 1) % (2 * distance) === 0 ? i - distance : undefined)),
    bits,
  );
  return powers
    .toReversed()
    .reduce(
      (carries, distance) =>
        level(carries, (i) => ((i + 1) % (2 * distance) === distance ? i - distance : undefined)),
      up,
    );
};
