import { type Bool, bool, literal, type SInt, type UInt } from "@chisel-ts/core";
import { type Addends, type Row, withBit, zeros } from "../rows.ts";

/** Bit `index` of a number, with zeros below it and its sign or zeros above it. */
function bitOf(number: SInt | UInt, index: number): Bool {
  const inside = index >= 0 && (index < number.width || number.type.kind === "sint");
  return inside ? number.bit(Math.min(index, number.width - 1)) : literal(bool(), false);
}

/**
 * Half as many rows: the multiplier in radix 4 with digits from −2 to 2, each row a digit times the multiplicand
 * (Booth, 1951; MacSorley, 1961). A negative row is the complement and a one more.
 */
export function boothPartialProducts(multiplicand: SInt, multiplier: SInt | UInt): Addends {
  const m = multiplicand.width;
  const bits = multiplier.width + (multiplier.type.kind === "uint" ? 1 : 0);
  const digits = Array.from({ length: Math.ceil(bits / 2) }, (_, k) => {
    const [high, middle, low] = [2 * k + 1, 2 * k, 2 * k - 1].map((i) => bitOf(multiplier, i)) as [
      Bool,
      Bool,
      Bool,
    ];
    const one = middle.xor(low);
    return { one, two: high.xor(middle).and(one.not()), negative: high };
  });
  const rows = digits.map(({ one, two, negative }, k): Row => {
    const row = Array.from({ length: m + 1 }, (_, i) => {
      const chosen = one.and(bitOf(multiplicand, i)).or(two.and(bitOf(multiplicand, i - 1)));
      // The sign counts −2^m: −b = !b − 1.
      return i === m ? chosen.xor(negative).not() : chosen.xor(negative);
    });
    return [...zeros(2 * k), ...row];
  });
  return {
    rows: digits.reduce<readonly Row[]>(
      (all, { negative }, k) => withBit(all, 2 * k, negative),
      rows,
    ),
    constant: digits.reduce((sum, _, k) => sum - (1n << BigInt(m + 2 * k)), 0n),
  };
}
