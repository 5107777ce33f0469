import { eachWide, type FloatBlock } from "./block.ts";
import { type Bias, biasOf, eachRun, rowLengthOf } from "./channel.ts";
import type { Code } from "./code.ts";
import { sharedDecodeTable } from "./decode-array.ts";
import { entropyBits, sqnrDb } from "./statistics.ts";

/**
 * What quantization did to a tensor, from its chunks in their order: a pass of its own over weights
 * and codes, so that encoding alone does not pay for it. Sums run element by element and so do not
 * depend on how the tensor is cut. NaN codes are counted in the histogram and in no sum.
 * Sums are float64: squares of weights beyond about 2^511 or below 2^-537 leave its range.
 *
 * @example
 * const statistics = new ErrorStatistics(0);
 * const block = { dtype: "F32", data: Float32Array.of(1, 3.1) };
 * statistics.add(block, encodeArray(block, { bias: 0, rounding: "nearest" }).codes);
 * console.log(statistics.sqnrDb > 20); // true
 */
export class ErrorStatistics {
  /** How often each of the 256 codes occurs. */
  readonly histogram: Float64Array = new Float64Array(256);
  /** Sum of the weights' squares. */
  signal = 0;
  /** Sum of the squares of weight - decoded code. */
  error = 0;
  readonly #bias: Bias;
  #position = 0;

  constructor(bias: Bias) {
    this.#bias = bias;
  }

  /** @param codes one per element of the chunk, as `encodeArray` returns them */
  add(chunk: FloatBlock, codes: Uint8Array): void {
    const bias = this.#bias;
    const { length } = chunk.data;
    eachWide(chunk, 0, length, (wide, from) => {
      const chunkCodes = codes.subarray(from, from + wide.length);
      for (const code of chunkCodes) (this.histogram[code] as number)++;
      const firstIndex = this.#position + from;
      eachRun(wide.length, firstIndex, rowLengthOf(bias), (start, end, channel) => {
        const table = sharedDecodeTable(biasOf(bias, channel));
        this.error = addSquaredErrors(wide, chunkCodes, start, end, table, this.error);
      });
      this.signal = addSquares(wide, this.signal);
    });
    this.#position += length;
  }

  /** In dB; Infinity without error. */
  get sqnrDb(): number {
    return sqnrDb(this.signal, this.error);
  }

  /** Bits per weight. */
  get entropyBits(): number {
    return entropyBits(this.histogram);
  }
}

function addSquares(wide: Float64Array, before: number): number {
  let sum = before;
  for (const value of wide) if (!Number.isNaN(value)) sum += value * value;
  return sum;
}

/** The squared errors of elements start..end, NaNs passed over, added to a sum one by one. */
export function addSquaredErrors(
  wide: Float64Array,
  codes: Uint8Array,
  start: number,
  end: number,
  table: Float64Array,
  before: number,
): number {
  let sum = before;
  for (let i = start; i < end; i++) {
    const error = (wide[i] as number) - (table[codes[i] as Code] as number);
    if (!Number.isNaN(error)) sum += error * error;
  }
  return sum;
}
