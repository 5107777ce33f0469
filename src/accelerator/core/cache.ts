import { type Block, encodeBlock, roundShift, saturate } from "../../model/core/index.ts";
import { INTEGER_VALUES } from "../../model/index.ts";

/** What a cache holds of a number: one RF8 code, the sum of two, or for comparison 16 bits on the same range. */
export type CacheFormat = "rf8" | "rf8x2" | "int16";

/** The keys or values of a layer as integers W, a row for each position. */
export class IntegerCache {
  /** Of W. */
  readonly exponent: number;
  readonly #width: number;
  readonly #format: CacheFormat;
  readonly #rows: Float64Array;

  /** @param width elements of all key heads */
  constructor(positions: number, width: number, exponent: number, format: CacheFormat) {
    this.exponent = exponent;
    this.#width = width;
    this.#format = format;
    this.#rows = new Float64Array(positions * width);
  }

  /** Puts a vector where the row of its position is. */
  write(row: number, vector: Block): void {
    this.#rows.set(
      this.#format === "int16" ? this.#sixteenBits(vector) : this.#codes(vector),
      row * this.#width,
    );
  }

  /** W of an element. */
  at(row: number, element: number): number {
    return this.#rows[row * this.#width + element] as number;
  }

  #codes(vector: Block): Float64Array {
    const { length } = vector.values;
    const { codes } = encodeBlock(vector, this.exponent, this.#format === "rf8" ? 1 : 2);
    const sums = new Float64Array(length);
    codes.forEach((code, i) => {
      sums[i % length] = (sums[i % length] as number) + (INTEGER_VALUES[code] as number);
    });
    return sums;
  }

  /** Multiples of 32, of which 16 bits reach as far as the largest W. */
  #sixteenBits({ values, exponent }: Block): Float64Array {
    return Float64Array.from(
      values,
      (value) => 32 * saturate(roundShift(value, this.exponent - exponent + 5), 16),
    );
  }
}
