import type { OperationName, OperationRow } from "@chisel-ts/core";

type Evaluate = OperationRow["evaluate"];
/** Right, and what goes wrong: operands, their widths, parameters and the right result in. */
type Bug = (
  right: bigint,
  values: readonly bigint[],
  widths: readonly number[],
  parameters: readonly number[],
) => bigint;

const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;
const top = (width: number): bigint => 1n << BigInt(width - 1);
const bit = (condition: boolean): bigint => (condition ? 1n : 0n);
const signed = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);
const low32 = (value: bigint): bigint => BigInt.asUintN(32, value);
const low64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** One mistake for every operation, as an engine might make it; most show for few operands only. */
export const bugs: Readonly<Record<OperationName, { readonly says: string; readonly bug: Bug }>> = {
  not: {
    says: "leaves bit 0 of all ones",
    bug: (right, [a = 0n], [w = 1]) => (a === ones(w) ? 1n : right),
  },
  and: {
    says: "loses the top bit above 32 bits",
    bug: (right, _v, [w = 1]) => (w > 32 ? right & ~top(w) : right),
  },
  or: { says: "is xor in bit 0", bug: (right, [a = 0n, b = 0n]) => right & ~(a & b & 1n) },
  xor: {
    says: "is or in the top bit",
    bug: (right, [a = 0n, b = 0n], [w = 1]) => right | (a & b & top(w)),
  },
  add: {
    says: "loses the carry into bit 32",
    bug: (right, [a = 0n, b = 0n]) => right - (((low32(a) + low32(b)) >> 32n) << 32n),
  },
  subtract: {
    says: "loses the borrow from bit 64",
    bug: (right, [a = 0n, b = 0n]) => right + (bit(low64(a) < low64(b)) << 64n),
  },
  multiplyUnsigned: {
    says: "reads its second operand as signed",
    bug: (_right, [a = 0n, b = 0n], [, w = 1]) => a * signed(b, w),
  },
  multiplySigned: {
    says: "reads its second operand as unsigned",
    bug: (_right, [a = 0n, b = 0n], [w = 1]) => signed(a, w) * b,
  },
  equal: {
    says: "ignores the top bit",
    bug: (_right, [a = 0n, b = 0n], [w = 1]) => bit(((a ^ b) & ~top(w)) === 0n),
  },
  lessUnsigned: {
    says: "is signed",
    bug: (_right, [a = 0n, b = 0n], [w = 1]) => bit(signed(a, w) < signed(b, w)),
  },
  lessSigned: { says: "is unsigned", bug: (_right, [a = 0n, b = 0n]) => bit(a < b) },
  mux: {
    says: "takes bit 0 of the other branch where it takes the second",
    bug: (right, [select, a = 0n, b = 0n]) => (select === 0n ? (b & ~1n) | (a & 1n) : right),
  },
  shiftLeft: {
    says: "takes its distance modulo 32",
    bug: (_right, [a = 0n, by = 0n]) => a << (by & 31n),
  },
  shiftRight: {
    says: "takes its distance modulo 64",
    bug: (right, [a = 0n, by = 0n]) => (by < 64n ? right : a >> (by & 63n)),
  },
  shiftRightSigned: {
    says: "gives 0 from its own width on",
    bug: (right, [, by = 0n], [w = 1]) => (by < BigInt(w) ? right : 0n),
  },
  slice: {
    says: "is one bit too low from bit 32",
    bug: (right, [a = 0n], _w, [, low = 0]) => (low < 32 ? right : a >> BigInt(low - 1)),
  },
  concat: {
    says: "loses the top bit of its last operand",
    bug: (right, _v, widths) => right & ~top(widths.at(-1) ?? 1),
  },
  zeroExtend: {
    says: "extends the sign above 64 bits",
    bug: (right, [a = 0n], [w = 1], [to = 0]) => (to > 64 ? signed(a, w) : right),
  },
  signExtend: {
    says: "extends zeros above 64 bits",
    bug: (right, [a = 0n], _w, [to = 0]) => (to > 64 ? a : right),
  },
  reduceAnd: {
    says: "looks at 32 bits only",
    bug: (right, [a = 0n], [w = 1]) => (w > 32 ? bit(low32(a) === ones(32)) : right),
  },
  reduceOr: { says: "ignores bit 0", bug: (_right, [a = 0n]) => bit(a > 1n) },
  reduceXor: {
    says: "looks at 64 bits only",
    bug: (right, [a = 0n], [w = 1]) => {
      let parity = right;
      for (let i = 64; i < w; i++) parity ^= (a >> BigInt(i)) & 1n;
      return parity;
    },
  },
};

/** Runs `body` while the row of an operation makes its mistake. */
export function withBug<T>(row: OperationRow, { bug }: { readonly bug: Bug }, body: () => T): T {
  const changeable = row as { evaluate: Evaluate };
  const right = row.evaluate;
  changeable.evaluate = (values, widths, parameters) =>
    bug(right(values, widths, parameters), values, widths, parameters);
  try {
    return body();
  } finally {
    changeable.evaluate = right;
  }
}
