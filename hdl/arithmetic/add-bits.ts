import type { Bool } from "@chisel-ts/core";

/** Two or three bits of equal weight as one, and a carry of twice the weight. */
export interface BitSum {
  readonly sum: Bool;
  readonly carry: Bool;
}

export const halfAdder = (a: Bool, b: Bool): BitSum => ({ sum: a.xor(b), carry: a.and(b) });

export function fullAdder(a: Bool, b: Bool, c: Bool): BitSum {
  const either = a.xor(b);
  return { sum: either.xor(c), carry: a.and(b).or(either.and(c)) };
}
