import { maxBias } from "./bias.ts";
import { eachWide, type FloatBlock } from "./block.ts";
import { eachRun } from "./channel.ts";
import { NonFiniteError } from "./non-finite-error.ts";
import type { NanPolicy } from "./rounding.ts";

/**
 * max|w| of a tensor, or of each of its output channels, from its chunks in their order.
 *
 * @example
 * const largest = new MaxAbs();
 * largest.add({ dtype: "F32", data: Float32Array.of(0.5, -0.75) });
 * console.log(largest.values[0]); // 0.75
 */
export class MaxAbs {
  /** One per channel; 0 for channels of zeros. */
  readonly values: Float64Array;
  readonly #rowLength: number;
  readonly #nan: NanPolicy;
  #position = 0;

  /**
   * @param channels 1 for a whole tensor
   * @param rowLength elements per channel; Infinity will do for a whole tensor
   * @param nan "encode" passes over NaNs
   */
  constructor(channels = 1, rowLength = Number.POSITIVE_INFINITY, nan: NanPolicy = "error") {
    this.values = new Float64Array(channels);
    this.#rowLength = rowLength;
    this.#nan = nan;
  }

  /** @throws NonFiniteError with the element's index in the tensor */
  add(chunk: FloatBlock): void {
    const { length } = chunk.data;
    eachWide(chunk, 0, length, (wide, from) => {
      const firstIndex = this.#position + from;
      eachRun(wide.length, firstIndex, this.#rowLength, (start, end, channel) => {
        const before = this.values[channel] as number;
        this.values[channel] = this.#largest(wide, start, end, firstIndex, before);
      });
    });
    this.#position += length;
  }

  /** The bias of each channel at which nothing in it saturates (`maxBias`). */
  biases(): Int16Array {
    return Int16Array.from(this.values, maxBias);
  }

  #largest(wide: Float64Array, start: number, end: number, firstIndex: number, before: number) {
    let largest = before;
    for (let i = start; i < end; i++) {
      const magnitude = Math.abs(wide[i] as number);
      // The negated comparison lets NaN in too.
      if (!(magnitude <= largest)) {
        if (magnitude < Number.POSITIVE_INFINITY) largest = magnitude;
        else if (this.#nan === "error" || !Number.isNaN(magnitude))
          throw new NonFiniteError(firstIndex + i, wide[i] as number);
      }
    }
    return largest;
  }
}
