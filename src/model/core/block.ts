import { roundShift, saturate } from "./rounding.ts";

/**
 * A vector in block floating point: element i is values[i] · 2^exponent. The vector memory of the core holds the 32-bit
 * values; exponent and span are registers, one pair a vector.
 */
export interface Block {
  readonly values: Int32Array;
  readonly exponent: number;
  /** The smallest p with −2^p ≤ v < 2^p for every value: 0 to 31. Hardware ORs v ⊕ sign(v) while it writes. */
  readonly span: number;
}

/** Values with an exponent, and the span that follows. */
export const blockOf = (values: Int32Array, exponent: number): Block => ({
  values,
  exponent,
  span: spanOf(values),
});

/** The span of values, from `span` on where they are more of the same vector. */
export function spanOf(values: Int32Array, span = 0): number {
  let seen = 0;
  for (const value of values) seen |= value ^ (value >> 31);
  return Math.max(span, 32 - Math.clz32(seen));
}

/** A part of a vector; it keeps the exponent and the span of the whole. */
export const slice = (block: Block, start: number, end: number): Block => ({
  ...block,
  values: block.values.subarray(start, end),
});

/** What a multiplier takes of a vector: values[i] · 2^exponent, of `bits` bits. */
export interface Mantissas {
  readonly values: Int32Array;
  readonly exponent: number;
}

/**
 * The vector shifted so that its span fills `bits` bits: rounded where it is wider, exact where it is not. What rounding
 * carries to 2^(bits − 1) becomes 2^(bits − 1) − 1.
 *
 * @param minimum the lowest exponent that the result may have; a vector of small values is then not shifted so far
 */
export function mantissas(
  { values, exponent, span }: Block,
  bits: number,
  minimum = Number.NEGATIVE_INFINITY,
): Mantissas {
  const shift = Math.max(span - (bits - 1), minimum - exponent);
  const factor = 2 ** -shift;
  const limit = 2 ** (bits - 1) - 1;
  const result = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++)
    result[i] = Math.min(Math.floor((values[i] as number) * factor + 0.5), limit);
  return { values: result, exponent: exponent + shift };
}

/** Real numbers as mantissas of 16 bits, as the compiler stores gains, biases and rotary tables: each to the nearest. */
export function storedMantissas(
  values: Float32Array | Float64Array | readonly number[],
): Mantissas {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  // The largest lies in [2^14, 2^15); one that rounds to 2^15 is saturated.
  const exponent = largest === 0 ? 0 : Math.floor(Math.log2(largest)) - 14;
  const result = Int32Array.from(values, (value) => saturate(roundShift(value, exponent), 16));
  return { values: result, exponent };
}
