// What a value is multiplied by: an expression of control values, and its range.

import type { OperationCell } from "../../../cells.ts";
import { around, bitsOf, type Range } from "./range.ts";

type Location = OperationCell["location"];

/** An expression that gives an integer of a range. */
export interface Factor extends Range {
  readonly operation: "constant" | "mux" | "or" | "add" | "subtract" | "shiftLeft";
  readonly operands: readonly Factor[];
  /** The slot that chooses between the operands of a `mux`, or the distance of a shift. */
  readonly parameter: number;
  /** Enough for the range and for every operand. */
  readonly bits: number;
  /** How many operations follow on one another. */
  readonly depth: number;
  /** The line of the design that asks for it. */
  readonly location: Location;
}

export const constant = (value: bigint): Factor => {
  const range = around(value);
  const rest = { operands: [], parameter: 0, depth: 0, location: undefined };
  return { operation: "constant", ...range, ...rest, bits: bitsOf(range) };
};

export const isZero = ({ low, high }: Range): boolean => low === 0n && high === 0n;

/** A constant where the range leaves no choice. */
function made(
  operation: Exclude<Factor["operation"], "constant">,
  operands: readonly Factor[],
  range: Range,
  { location, parameter = 0 }: { location: Location; parameter?: number },
): Factor {
  if (range.low === range.high) return constant(range.low);
  const bits = Math.max(bitsOf(range), ...operands.map((operand) => operand.bits));
  const depth = 1 + Math.max(...operands.map((operand) => operand.depth));
  return { operation, operands, ...range, parameter, bits, depth, location };
}

const span = (a: Factor, b: Factor): Range => around(a.low, b.low, a.high, b.high);

/** `a` where the 1-bit slot `parameter` is 1, and `b` elsewhere. */
export const chosen = (parameter: number, a: Factor, b: Factor, location: Location): Factor =>
  made("mux", [a, b], span(a, b), { location, parameter });

/** Whichever of two is not 0; at least one of them always is. */
export function either(a: Factor, b: Factor, location: Location): Factor {
  if (isZero(a)) return b;
  return isZero(b) ? a : made("or", [a, b], span(a, b), { location });
}

export function sum(a: Factor, b: Factor, location: Location): Factor {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  return made("add", [a, b], { low: a.low + b.low, high: a.high + b.high }, { location });
}

export function difference(a: Factor, b: Factor, location: Location): Factor {
  if (isZero(b)) return a;
  return made("subtract", [a, b], { low: a.low - b.high, high: a.high - b.low }, { location });
}

/** A factor times 2^parameter. */
export function shifted(a: Factor, parameter: number, location: Location): Factor {
  const range = { low: a.low << BigInt(parameter), high: a.high << BigInt(parameter) };
  const shift = made("shiftLeft", [a], range, { location, parameter });
  return shift.operation === "constant" ? shift : { ...shift, bits: a.bits + parameter };
}
