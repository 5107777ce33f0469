import { type Block, blockOf, mantissas } from "./block.ts";
import type { Constant } from "./constant.ts";
import { roundShift } from "./rounding.ts";

/** a ∘ b, of 16 bits each. */
export function multiply(a: Block, b: Block): Block {
  const [x, y] = [mantissas(a, 16), mantissas(b, 16)];
  return blockOf(
    x.values.map((value, i) => value * (y.values[i] as number)),
    x.exponent + y.exponent,
  );
}

/** a times a positive constant. */
export function scale(a: Block, { mantissa, exponent }: Constant): Block {
  const x = mantissas(a, 16);
  return blockOf(
    x.values.map((value) => roundShift(value * mantissa, 1)),
    x.exponent + exponent - 15,
  );
}

/**
 * a + b: both shifted to the exponent at which 31 bits hold the larger, so that the sum cannot overflow. An operand that is
 * smaller by 2^32 or more rounds to 0.
 */
export function add(a: Block, b: Block): Block {
  const exponent = Math.max(a.exponent + a.span, b.exponent + b.span) - 30;
  const [left, right] = [exponent - a.exponent, exponent - b.exponent];
  return blockOf(
    a.values.map((value, i) => roundShift(value, left) + roundShift(b.values[i] as number, right)),
    exponent,
  );
}
