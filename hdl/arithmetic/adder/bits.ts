import type { Bool } from "@chisel-ts/core";

/** The sum of bits that count the same; the carry counts twice that. */
export interface BitSum {
  readonly sum: Bool;
  readonly carry: Bool;
}

export const halfAdder = (a: Bool, b: Bool): BitSum => ({ sum: a.xor(b), carry: a.and(b) });

export function fullAdder(a: Bool, b: Bool, c: Bool): BitSum {
  const either = a.xor(b);
  return { sum: either.xor(c), carry: a.and(b).or(either.and(c)) };
}

/** Two bits or three by the adder for so many; `undefined` for fewer, where there is nothing to add. */
export function addBits(bits: readonly Bool[]): BitSum | undefined {
  const [a, b, c] = bits;
  if (!a || !b) return undefined;
  return c ? fullAdder(a, b, c) : halfAdder(a, b);
}
