import { powerOfTwo } from "./float-bits.ts";

/**
 * An RF8 byte, 0..255: sign (bit 7), exponent E (bits 6..3), residual r (bits 2..0).
 * The format is stated in docs/format.md.
 */
export type Code = number;

/** The only NaN. It is negative zero's place; there is no negative zero. */
export const NAN_CODE: Code = 0x80;
export const ZERO_CODE: Code = 0x00;
/** The largest magnitude, 1.5 * 2^(15 - bias), and its negative 0xff. */
export const LARGEST_CODE: Code = 0x7f;
export const SIGN_BIT = 0x80;

export const BIAS_MIN = -128;
export const BIAS_MAX = 127;

/** 16 * (1 + rho(r - 3)): the significand of each residual field in sixteenths. */
const SIGNIFICANDS = [12, 14, 15, 16, 17, 18, 20, 24] as const;

/**
 * The integer W of the code's value W * 2^(-bias - 4); |W| <= 786,432. NaN for 0x80.
 *
 * @example
 * console.log(integerValue(encode(1, 0, "nearest"))); // 16
 */
export function integerValue(code: Code): number {
  assertCode(code);
  if (code === ZERO_CODE) return 0;
  if (code === NAN_CODE) return Number.NaN;
  const significand = SIGNIFICANDS[(code & 7) as 0];
  const magnitude = significand * powerOfTwo((code >>> 3) & 15);
  return code & SIGN_BIT ? -magnitude : magnitude;
}

/**
 * The value of one unit of W under a bias: 2^(-bias - 4), a normal float64 for every valid bias.
 * Products of it with integers of up to 53 bits are therefore exact.
 */
export function unit(bias: number): number {
  assertBias(bias);
  return powerOfTwo(-bias - 4);
}

/**
 * The code's value, exact in float64 for every valid bias; NaN for 0x80. All 256 codes decode.
 *
 * @example
 * console.log(decode(0x80, 0)); // NaN
 */
export function decode(code: Code, bias: number): number {
  return integerValue(code) * unit(bias);
}

/**
 * The 256 values of a bias, indexed by code.
 *
 * @example
 * console.log(decodeTable(0).length); // 256
 */
export function decodeTable(bias: number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, code) => decode(code, bias));
}

/**
 * The code that encoders emit for the same value: 1.5 * 2^E is (E, r=7), never (E+1, r=0).
 * Zero, NaN and all other codes are their own canonical code.
 *
 * @example
 * console.log(canonicalise(0x10) === encode(decode(0x10, 0), 0, "nearest")); // true
 */
export function canonicalise(code: Code): Code {
  assertCode(code);
  return (code & 7) === 0 && (code & 0x7f) !== 0 ? code - 1 : code;
}

/** Zero and the 112 positive canonical codes, in ascending order of code and of value. */
export const CANONICAL_MAGNITUDES: Uint8Array = Uint8Array.from(
  Array.from({ length: 128 }, (_, code) => code).filter((code) => canonicalise(code) === code),
);

export function assertBias(bias: number): void {
  if (!Number.isInteger(bias) || bias < BIAS_MIN || bias > BIAS_MAX)
    throw new RangeError(`bias ${bias}: an RF8 bias is an integer from ${BIAS_MIN} to ${BIAS_MAX}`);
}

function assertCode(code: Code): void {
  if (!Number.isInteger(code) || code < 0 || code > 255)
    throw new RangeError(`code ${code}: an RF8 code is an integer from 0 to 255`);
}
