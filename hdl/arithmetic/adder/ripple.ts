import type { Bool, SInt } from "@chisel-ts/core";
import { numberOf } from "../rows.ts";
import { addBits } from "./bits.ts";

/** A chain of full adders, the carry from each to the next. */
export function rippleAdder(a: SInt, b: SInt): SInt {
  let carry: Bool | undefined;
  const sums = Array.from({ length: a.width }, (_, index) => {
    const bits = [a.bit(index), b.bit(index), ...(carry ? [carry] : [])];
    const added = addBits(bits);
    carry = added?.carry;
    return added?.sum;
  });
  return numberOf(sums, a.width);
}
