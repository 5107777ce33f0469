import type { SInt, UInt } from "@chisel-ts/core";
import { type Addends, zeros } from "../rows.ts";

/**
 * A row for each bit of the multiplier: the multiplicand where the bit is 1. A bit that counts −2^i, of a sign, is
 * complemented, since −b = !b − 1, and the constant takes the ones away (Baugh and Wooley, 1973).
 */
export function simplePartialProducts(multiplicand: SInt, multiplier: SInt | UInt): Addends {
  const [m, n] = [multiplicand.width, multiplier.width];
  const isSigned = (j: number): boolean => multiplier.type.kind === "sint" && j === n - 1;
  let constant = 0n;
  const rows = Array.from({ length: n }, (_, j) => {
    const bits = Array.from({ length: m }, (_, i) => {
      const both = multiplicand.bit(i).and(multiplier.bit(j));
      if ((i === m - 1) === isSigned(j)) return both;
      constant -= 1n << BigInt(i + j);
      return both.not();
    });
    return [...zeros(j), ...bits];
  });
  return { rows, constant };
}
