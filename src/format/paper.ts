import { type Code, canonicalise, SIGN_BIT } from "./code.ts";
import { floorLog2, split } from "./float-bits.ts";
import { encodeNearest } from "./nearest.ts";

/** The second term is kept where its exponent is at most this far below the first one's. */
const MAX_DIFFERENCE = 4;

/** Field r of "no second term", d = 0. */
const NO_RESIDUAL = 3;

/**
 * The authors' two-step rule (arXiv 2506.00486 v3), decided in exact arithmetic.
 *
 * 1. The first term is the power of two nearest to |w| in the log2 domain: 2^e1.
 * 2. The second term is the same thing done to the residual |w| - 2^e1: sign * 2^e2. There is none
 *    when the residual is 0 or e1 - e2 > 4.
 * 3. If RF8 holds 2^e1 + sign * 2^e2 under this bias, its canonical code is the answer; otherwise
 *    the value nearest to w is (zero and saturation included).
 *
 * What step 2 can meet: rounding down leaves a residual in [0, 0.4143) * 2^e1, so e2 - e1 <= -1;
 * rounding up (|w| >= sqrt(2) * 2^(e1-1)) leaves one in [-0.2929, 0) * 2^e1, so e2 - e1 <= -2. The
 * state -2^-1, which the residual field lacks, never arises.
 *
 * What step 3 can meet: with E = e1 + bias, the values just outside 0 <= E <= 15 are
 * - E = 16, d = -3, 1.5 * 2^(15 - bias): the largest code's value, which saturation gives as well;
 * - E = 0, d = -3, 0.75 * 2^-bias: its byte is zero's, so nearest decides (0.875 * 2^-bias).
 *
 * @param value finite
 */
export function encodePaper(value: number, bias: number): Code {
  const { significand, exponent } = split(value);
  if (significand === 0n) return encodeNearest(value, bias);
  const first = nearestPower(significand);
  const residual = significand - (1n << first);
  const d = residualState(residual, Number(first));
  const e = Number(first) + exponent + bias;
  const code = (e << 3) | (d + NO_RESIDUAL);
  if (e < 0 || e > 15 || code === 0) return encodeNearest(value, bias);
  return canonicalise(value < 0 ? code | SIGN_BIT : code);
}

/** d in -3..4: the sign and the size, 5 minus the exponent difference, of the second term. */
function residualState(residual: bigint, first: number): number {
  if (residual === 0n) return 0;
  const negative = residual < 0n;
  const difference = first - Number(nearestPower(negative ? -residual : residual));
  if (difference > MAX_DIFFERENCE) return 0;
  return negative ? difference - 5 : 5 - difference;
}

/**
 * k such that 2^k is nearest to m in the log2 domain: m in [sqrt(2) * 2^(k-1), sqrt(2) * 2^k).
 * Squared, that is a comparison of integers: m^2 with 2^(2k+1), never equal as 2k+1 is odd.
 */
function nearestPower(m: bigint): bigint {
  const floor = floorLog2(m);
  return m * m > 1n << (2n * floor + 1n) ? floor + 1n : floor;
}
