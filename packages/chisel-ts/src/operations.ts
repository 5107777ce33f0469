import { at } from "./at.ts";

/**
 * The operations of the IR, one row each. A value is a bit pattern 0 ≤ v < 2^width held in a bigint
 * (exact at every width); an operation that reads its operands as two's complement says so in its name.
 * Adding an operation is adding a row.
 */
export interface OperationRow {
  /** How many operands it takes; `"many"` is one or more. */
  readonly arity: 1 | 2 | 3 | "many";
  /** Names of its constant parameters, in order. */
  readonly parameters: readonly string[];
  /** Width of the result in bits, or a sentence that says what is wrong with these operands. */
  width(operands: readonly number[], parameters: readonly number[]): number | string;
  /** The result on bit patterns; `evaluate` may return any integer, it is masked to the result's width. */
  evaluate(
    values: readonly bigint[],
    widths: readonly number[],
    parameters: readonly number[],
  ): bigint;
  /** Verilog for the operands given as text; every operand is an identifier, a literal or parenthesised. */
  verilog(
    operands: readonly string[],
    widths: readonly number[],
    parameters: readonly number[],
  ): string;
  /** Operands that must be identifiers, because Verilog can index nothing else. */
  readonly indexes?: "first" | "all";
  /** The text must be the whole right-hand side, because its signedness depends on its surroundings. */
  readonly standsAlone?: true;
}

/**
 * The bit pattern of `width` ones.
 *
 * @example
 * console.log(mask(4)); // 15
 */
export const mask = (width: number): bigint => (1n << BigInt(width)) - 1n;
const signed = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);

const sameWidth = ([a, b]: readonly number[]): number | string =>
  a === b && a !== undefined ? a : `operands must have one width, these have ${a} and ${b} bits`;
const oneBit = (operands: readonly number[]): number | string => {
  const width = sameWidth(operands);
  return typeof width === "string" ? width : 1;
};

type Binary = (a: bigint, b: bigint, width: number) => bigint;
type Unary = (a: bigint, width: number) => bigint;

const binary = (symbol: string, evaluate: Binary, width = sameWidth): OperationRow => ({
  arity: 2,
  parameters: [],
  width,
  evaluate: (v, w) => evaluate(at(v, 0), at(v, 1), at(w, 0)),
  verilog: (o) => `${at(o, 0)} ${symbol} ${at(o, 1)}`,
});

const reduction = (symbol: string, evaluate: Unary): OperationRow => ({
  arity: 1,
  parameters: [],
  width: () => 1,
  evaluate: (v, w) => evaluate(at(v, 0), at(w, 0)),
  verilog: (o) => `${symbol}${at(o, 0)}`,
});

/** The second operand is the distance, unsigned and of any width. */
const shift = (symbol: string, evaluate: Binary): OperationRow =>
  binary(symbol, evaluate, ([a]) => a ?? "a value to shift is needed");

const extension = (
  evaluate: Unary,
  filler: (operand: string, width: number, by: number) => string,
): OperationRow => ({
  arity: 1,
  parameters: ["width"],
  width: ([a = 0], [to = 0]) =>
    to >= a ? to : `cannot extend ${a} bits to ${to}; truncate says that bits are dropped`,
  evaluate: (v, w) => evaluate(at(v, 0), at(w, 0)),
  verilog: (o, w, [to = 0]) => `{${filler(at(o, 0), at(w, 0), to - at(w, 0))}, ${at(o, 0)}}`,
});

function parity(value: bigint): bigint {
  let ones = 0n;
  for (let rest = value; rest > 0n; rest >>= 1n) ones ^= rest & 1n;
  return ones;
}

/** Extends explicitly: the operands of a Verilog product must have the width of its result. */
const product = (name: "signed" | "unsigned"): OperationRow => ({
  arity: 2,
  parameters: [],
  width: ([a = 0, b = 0]) => a + b,
  evaluate: (v, w) =>
    name === "signed"
      ? signed(at(v, 0), at(w, 0)) * signed(at(v, 1), at(w, 1))
      : at(v, 0) * at(v, 1),
  verilog: ([a = "", b = ""], [wa = 0, wb = 0]) =>
    name === "signed"
      ? `$signed({{${wb}{${topBit(a, wa)}}}, ${a}}) * $signed({{${wa}{${topBit(b, wb)}}}, ${b}})`
      : `{${wb}'d0, ${a}} * {${wa}'d0, ${b}}`,
  indexes: "all",
  standsAlone: true,
});

const topBit = (operand: string, width: number): string =>
  width === 1 ? operand : `${operand}[${width - 1}]`;

export const operations = {
  not: {
    arity: 1,
    parameters: [],
    width: ([a = 0]) => a,
    evaluate: (v, w) => at(v, 0) ^ mask(at(w, 0)),
    verilog: (o, w) => `${at(w, 0) === 1 ? "!" : "~"}${at(o, 0)}`,
  },
  and: binary("&", (a, b) => a & b),
  or: binary("|", (a, b) => a | b),
  xor: binary("^", (a, b) => a ^ b),
  add: binary("+", (a, b) => a + b),
  subtract: binary("-", (a, b) => a - b),
  multiplyUnsigned: product("unsigned"),
  multiplySigned: product("signed"),
  equal: binary("==", (a, b) => (a === b ? 1n : 0n), oneBit),
  lessUnsigned: binary("<", (a, b) => (a < b ? 1n : 0n), oneBit),
  lessSigned: {
    ...binary("<", (a, b, w) => (signed(a, w) < signed(b, w) ? 1n : 0n), oneBit),
    verilog: (o) => `$signed(${at(o, 0)}) < $signed(${at(o, 1)})`,
  },
  mux: {
    arity: 3,
    parameters: [],
    width: ([select, ...branches]) =>
      select === 1 ? sameWidth(branches) : `the condition must be 1 bit, it has ${select}`,
    evaluate: (v) => (at(v, 0) === 1n ? at(v, 1) : at(v, 2)),
    verilog: (o) => `${at(o, 0)} ? ${at(o, 1)} : ${at(o, 2)}`,
  },
  shiftLeft: shift("<<", (a, by, width) => (by >= BigInt(width) ? 0n : a << by)),
  shiftRight: shift(">>", (a, by, width) => (by >= BigInt(width) ? 0n : a >> by)),
  shiftRightSigned: {
    ...shift(">>>", (a, by, w) => signed(a, w) >> (by >= BigInt(w) ? BigInt(w) : by)),
    verilog: (o) => `$signed(${at(o, 0)}) >>> ${at(o, 1)}`,
    standsAlone: true,
  },
  slice: {
    arity: 1,
    parameters: ["high", "low"],
    width: ([a = 0], [high = 0, low = 0]) =>
      0 <= low && low <= high && high < a
        ? high - low + 1
        : `bits ${high} to ${low} do not exist in a signal of ${a} bits`,
    evaluate: (v, _w, [high = 0, low = 0]) => (at(v, 0) >> BigInt(low)) & mask(high - low + 1),
    verilog: (o, w, [high = 0, low = 0]) =>
      at(w, 0) === 1
        ? at(o, 0)
        : high === low
          ? `${at(o, 0)}[${high}]`
          : `${at(o, 0)}[${high}:${low}]`,
    indexes: "first",
  },
  concat: {
    arity: "many",
    parameters: [],
    width: (operands) => operands.reduce((sum, width) => sum + width, 0),
    evaluate: (v, w) => v.reduce((bits, value, i) => (bits << BigInt(at(w, i))) | value, 0n),
    verilog: (o) => `{${o.join(", ")}}`,
  },
  zeroExtend: extension(
    (a) => a,
    (_operand, _width, by) => `${by}'d0`,
  ),
  signExtend: {
    ...extension(
      (a, width) => signed(a, width),
      (operand, width, by) =>
        by === 1 ? topBit(operand, width) : `{${by}{${topBit(operand, width)}}}`,
    ),
    indexes: "first",
  },
  reduceAnd: reduction("&", (a, width) => (a === mask(width) ? 1n : 0n)),
  reduceOr: reduction("|", (a) => (a === 0n ? 0n : 1n)),
  reduceXor: reduction("^", parity),
} as const satisfies Record<string, OperationRow>;

export type OperationName = keyof typeof operations;

/**
 * What is known of an operation: how it evaluates, and how Verilog writes it.
 *
 * @example
 * console.log(operationRow("and").verilog !== undefined); // true
 */
export const operationRow = (name: OperationName): OperationRow => operations[name];
