import type { FloatBlock } from "./block.ts";
import { type Bias, biasOf, eachRun, rowLengthOf } from "./channel.ts";
import { float32Encoder } from "./encode-f32.ts";
import { float64Encoder } from "./encode-f64.ts";
import { halfEncoder } from "./encode-half.ts";
import { stochasticEncoder } from "./encode-stochastic.ts";
import { OutOfRange } from "./out-of-range.ts";
import { type RandomBits, required } from "./random.ts";
import type { NanPolicy, Rounding } from "./rounding.ts";
import type { EncodeRun } from "./run.ts";

export interface EncodeOptions {
  readonly bias: Bias;
  readonly rounding: Rounding;
  /**
   * Needed for stochastic rounding. Each weight takes one draw, so a tensor encoded chunk by chunk
   * with one generator gets the codes it would get whole.
   */
  readonly random?: RandomBits;
  /** Default "error". Infinities are errors either way: RF8 has none. */
  readonly nan?: NanPolicy;
  /** The place of the first element in its tensor: for channels and error messages. Default 0. */
  readonly firstIndex?: number;
  /** Where the codes go, from its start; a new array by default. */
  readonly codes?: Uint8Array;
}

export interface EncodeResult {
  /** One canonical code per element. */
  readonly codes: Uint8Array;
  /** Weights beyond the largest value, 1.5 * 2^(15 - bias). */
  readonly saturated: number;
  /** Weights that are not zero and became zero. */
  readonly flushedToZero: number;
  /** NaNs encoded as 0x80. */
  readonly nans: number;
}

/**
 * Encodes an array of any length and float type; every code equals that of `encode` on the element.
 * @throws NonFiniteError with the element's index in its tensor; RangeError for an invalid bias, a
 * channel without one, or a destination that is too short
 *
 * @example
 * const { codes, saturated } = encodeArray({ dtype: "F32", data: Float32Array.of(1, 1e9) }, { bias: 0, rounding: "nearest" });
 * console.log(`${decode(codes[0], 0)} ${saturated}`); // 1 1
 */
export function encodeArray(source: FloatBlock, options: EncodeOptions): EncodeResult {
  const { bias, rounding, random, nan = "error", firstIndex = 0 } = options;
  const { length } = source.data;
  const codes = options.codes ?? new Uint8Array(length);
  if (codes.length < length)
    throw new RangeError(
      `${length} weights need ${length} bytes: the destination has ${codes.length}`,
    );
  const outOfRange = new OutOfRange(nan, firstIndex);
  const encodeRun = encoder(source, codes, { rounding, random, outOfRange });
  eachRun(length, firstIndex, rowLengthOf(bias), (start, end, channel) => {
    encodeRun(start, end, biasOf(bias, channel));
  });
  const { saturated, flushedToZero, nans } = outOfRange;
  return { codes: codes.subarray(0, length), saturated, flushedToZero, nans };
}

/** How codes are chosen. */
interface Choices {
  readonly rounding: Rounding;
  readonly random: RandomBits | undefined;
  readonly outOfRange: OutOfRange;
}

function encoder(
  source: FloatBlock,
  codes: Uint8Array,
  { rounding, random, outOfRange }: Choices,
): EncodeRun {
  if (rounding === "stochastic")
    return stochasticEncoder(source, codes, required(random), outOfRange);
  if (source.dtype === "F32") return float32Encoder(source.data, codes, rounding, outOfRange);
  if (source.dtype === "F64") return float64Encoder(source.data, codes, rounding, outOfRange);
  return halfEncoder(source, codes, rounding, outOfRange);
}
