import { INTEGER_VALUES, isNaNCode } from "../integer-value.ts";
import { type Block, blockOf, type Mantissas } from "./block.ts";
import type { Constant } from "./constant.ts";
import { reciprocalOf } from "./root.ts";
import { bitLength, roundShift, saturate } from "./rounding.ts";

/** RF8 codes as a matrix: row r begins at codes[start + r · stride]. */
export interface CodeMatrix {
  readonly codes: Uint8Array;
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** A factor of each row: mantissas[r] · 2^(−16 − shifts[r]), at most 1. */
export interface RowFactors {
  readonly mantissas: Uint16Array;
  readonly shifts: Uint8Array;
}

/** The factor of a row. */
export const factorOf = ({ mantissas, shifts }: RowFactors, row: number): Constant => ({
  mantissa: mantissas[row] as number,
  exponent: -(shifts[row] as number),
});

/** W of every code as a double, which products of 36 bits need. */
const INTEGERS = Float64Array.from(INTEGER_VALUES, (value, code) =>
  isNaNCode(code) ? Number.NaN : value,
);

/** The exact sum of W · x of each row: at most 2^53, which the callers' bounds assure. NaN where a code is. */
export function rowSums(
  { codes, start, rows, columns, stride }: CodeMatrix,
  { values }: Mantissas,
): Float64Array {
  const x = Float64Array.from(values);
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const first = start + row * stride;
    let sum = 0;
    for (let i = 0; i < columns; i++)
      sum += (INTEGERS[codes[first + i] as number] as number) * (x[i] as number);
    sums[row] = sum;
  }
  return sums;
}

/** The shift by which no sum of magnitude `bound` needs more than 32 bits. */
export const shiftWithin = (bound: number): number => Math.max(0, bitLength(bound) - 31);

/** The largest of the rows' Σ|W|: times the largest mantissa it bounds every sum. */
export function largestRow({ codes, start, rows, columns, stride }: CodeMatrix): number {
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    const first = start + row * stride;
    let sum = 0;
    for (let i = 0; i < columns; i++)
      sum += Math.abs(INTEGER_VALUES[codes[first + i] as number] as number);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** Results of a matrix with an exponent: sums shifted within 32 bits, times the factor of the row where rows have any. */
export function product(
  sums: Float64Array,
  {
    exponent,
    shift,
    factors,
  }: { exponent: number; shift: number; factors?: RowFactors | undefined },
): Block {
  const values = new Int32Array(sums.length);
  for (let row = 0; row < sums.length; row++) {
    const sum = roundShift(sums[row] as number, shift);
    values[row] = factors
      ? roundShift(sum * (factors.mantissas[row] as number), 16 + (factors.shifts[row] as number))
      : sum;
  }
  return blockOf(values, exponent + shift);
}

/** Exponent of scores: they are logarithms to base 2 with 16 bits of fraction. */
export const SCORE_EXPONENT = -16;

/**
 * Scores of positions: sums of query and keys times the attention's scale, as fixed-point numbers.
 *
 * @param exponent of the sums
 */
export function scores(
  sums: Float64Array,
  { exponent, shift, scale }: { exponent: number; shift: number; scale: Constant },
): Block {
  const right = -(exponent + shift + scale.exponent);
  const values = Int32Array.from(sums, (exact) => {
    const sum = roundShift(exact, shift);
    if (right <= 0) return sum === 0 ? 0 : saturate(sum * 2 ** 32, 32);
    return saturate(right > 63 ? 0 : roundShift(sum * scale.mantissa, right), 32);
  });
  return blockOf(values, SCORE_EXPONENT);
}

/** Above the exponent of a code's W, that of a weighted mean. */
export const MEAN_SHIFT = -10;

/**
 * Means of the values weighted by mantissas m ≥ 0, of which one at least is not 0: Σ W · m / Σ m. |Σ W · m| < 2^20 · Σ m, so the
 * shift that keeps 32 bits follows from the length of Σ m, and cancels: the exponent depends on the cache's alone.
 *
 * @param exponent of a code's W
 */
export function means(sums: Float64Array, weights: Int32Array, exponent: number): Block {
  let total = 0;
  for (const weight of weights) total += weight;
  const { mantissa, exponent: above } = reciprocalOf(total);
  const values = Int32Array.from(sums, (sum) =>
    roundShift(roundShift(sum, above + 5) * mantissa, 16),
  );
  return blockOf(values, exponent + MEAN_SHIFT);
}
