import { type Code, integerValue, NAN_CODE, ZERO_CODE } from "./code.ts";

/**
 * A code for people, its value under bias 0: `-1.25·2^7`, `0`, `NaN`.
 *
 * @example
 * console.log(codeText(encode(-160, 0, "nearest"))); // -1.25·2^7
 */
export function codeText(code: Code): string {
  if (code === NAN_CODE) return "NaN";
  if (code === ZERO_CODE) return "0";
  const exponent = (code >>> 3) & 15;
  return `${integerValue(code) / 16 / 2 ** exponent}·2^${exponent}`;
}
