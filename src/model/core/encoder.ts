import { INTEGER_VALUES } from "../integer-value.ts";
import type { Block } from "./block.ts";

const LARGEST_CODE = 0x7f;

/** No number of a cache is larger than this in units of W, whether it is one code or the sum of two. */
export const CACHE_LIMIT = 2 ** 20;

/** The canonical codes of an octave, from 1 to 1.875: each with the boundary to the one above, in 1/32. */
const octave = [
  { residual: 3, above: 33 },
  { residual: 4, above: 35 },
  { residual: 5, above: 38 },
  { residual: 6, above: 44 },
  { residual: 7, above: 52 },
  { residual: 1, above: 58 },
  { residual: 2, above: 62 },
] as const;

/**
 * The canonical RF8 code nearest to ±magnitude / 2 in units of W, ties away from zero; saturated at 0x7f.
 *
 * Because every boundary between codes is a whole number of halves, a magnitude whose fraction was dropped has the
 * code of the exact one: what is encoded is rounded once.
 *
 * @param magnitude |W| · 2, a whole number; bits below it were truncated
 * @example encode(32, false) === 0x03; encode(2 * 786432, true) === 0xff
 */
export function encode(magnitude: number, negative: boolean): number {
  const code = encodeMagnitude(magnitude);
  return negative && code !== 0 ? code | 0x80 : code;
}

function encodeMagnitude(magnitude: number): number {
  // The first octave has no 0.75: 0.875 · 16 · 2 = 28 and 30 are its first, and half of 28 is the boundary to zero.
  if (magnitude < 14) return 0;
  if (magnitude < 29) return 0x01;
  if (magnitude < 31) return 0x02;
  if (magnitude < 32) return 0x03;
  const exponent = 31 - Math.clz32(magnitude) - 5;
  const scaled = magnitude / 2 ** exponent;
  // Above 1.9375 it is 1 of the next octave, and 1.75 and 1.875 are 0.875 and 0.9375 of it.
  const residual = octave.find(({ above }) => scaled < above)?.residual;
  const code =
    residual === undefined
      ? 8 * (exponent + 1) + 3
      : 8 * (residual < 3 ? exponent + 1 : exponent) + residual;
  return Math.min(code, LARGEST_CODE);
}

/**
 * The codes of a vector in a cache whose W have an exponent. With two terms, a number is the sum of two codes: the
 * nearest, and the nearest to what that leaves.
 *
 * @param target exponent of W
 * @returns all first terms, then all second ones; `saturated` where a magnitude is beyond the largest code's by more than half
 *   a step
 */
export function encodeBlock(
  { values, exponent }: Block,
  target: number,
  terms: 1 | 2 = 1,
): { readonly codes: Uint8Array; readonly saturated: boolean } {
  // In halves of W.
  const factor = 2 ** (exponent - target + 1);
  const codes = new Uint8Array(terms * values.length);
  let saturated = false;
  values.forEach((value, i) => {
    const magnitude = Math.min(Math.floor(Math.abs(value) * factor), 2 * CACHE_LIMIT - 1);
    saturated ||= magnitude >= SATURATED;
    const code = encode(magnitude, value < 0);
    codes[i] = code;
    if (terms === 1) return;
    const left = magnitude - 2 * Math.abs(INTEGER_VALUES[code] as number);
    codes[values.length + i] = encode(Math.abs(left), value < 0 !== left < 0);
  });
  return { codes, saturated };
}

/** 1.625 · 16 · 2 · 2^15: where 1.75 would be nearer than 1.5. */
const SATURATED = 52 * 2 ** 15;
