import type { Code } from "./code.ts";
import { encodeNearest } from "./nearest.ts";
import { NonFiniteError } from "./non-finite-error.ts";
import { encodePaper } from "./paper.ts";
import { type RandomBits, required } from "./random.ts";
import type { Rounding } from "./rounding.ts";
import { encodeStochastic } from "./stochastic.ts";

/**
 * The canonical code of one number: the reference that `encodeArray` agrees with.
 * @param random drawn from once by stochastic rounding, which needs it
 * @throws NonFiniteError for NaN and infinities; RangeError for an invalid bias
 *
 * @example
 * console.log(decode(encode(3.1, 0, "nearest"), 0)); // 3
 */
export function encode(value: number, bias: number, rounding: Rounding, random?: RandomBits): Code {
  if (!Number.isFinite(value)) throw new NonFiniteError(0, value);
  if (rounding === "nearest") return encodeNearest(value, bias);
  if (rounding === "paper") return encodePaper(value, bias);
  return encodeStochastic(value, bias, required(random));
}
