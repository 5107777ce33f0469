import { CANONICAL_MAGNITUDES, type Code, SIGN_BIT } from "./code.ts";
import { float64HighBits } from "./float-bits.ts";
import type { OutOfRange } from "./out-of-range.ts";
import { perBias } from "./per-bias.ts";
import type { EncodeRun } from "./run.ts";
import { type DeterministicRounding, largestOf, thresholdsOf } from "./thresholds.ts";

/** A bucket is all float64 magnitudes that share exponent and the 5 leading mantissa bits. */
const SHIFT = 15;
const MAGNITUDE = 0x7fff_ffff;

/** Where the upper half of a float64 lies among this machine's 32-bit words. */
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

interface Table {
  /** The bucket of the first threshold; the arrays start there. */
  readonly first: number;
  /** The code of each bucket's first member. */
  readonly codes: Uint8Array;
  /** Each bucket's threshold, Infinity where it has none. */
  readonly thresholds: Float64Array;
  readonly low: number;
  readonly largest: number;
}

const bucketOf = (magnitude: number) => float64HighBits(magnitude) >>> SHIFT;

const tableOf = perBias((rounding, bias): Table => {
  const steps = thresholdsOf(rounding, bias);
  const largest = largestOf(bias);
  const low = steps[0] as number;
  const first = bucketOf(low);
  const buckets = bucketOf(largest) - first + 1;
  const codes = new Uint8Array(buckets + 1);
  const thresholds = new Float64Array(buckets).fill(Number.POSITIVE_INFINITY);
  steps.forEach((threshold, j) => {
    const bucket = bucketOf(threshold) - first;
    thresholds[bucket] = threshold;
    codes.fill(CANONICAL_MAGNITUDES[j + 1] as Code, bucket + 1);
  });
  return { first, codes, thresholds, low, largest };
});

/**
 * Encodes float64 weights. It equals the exact encoder because a rounding is a step function of |w|
 * with one threshold between every two neighbouring values (ladder.ts); every value begins a bucket,
 * so that a bucket holds at most one threshold; and which side of it |w| is on is decided by
 * comparing float64 numbers, without error. The code above a bucket's threshold is that of the next
 * bucket. What lies outside the range, zeros and non-finite values included, is decided by
 * `outliers`.
 */
export function float64Encoder(
  values: Float64Array,
  out: Uint8Array,
  rounding: DeterministicRounding,
  outOfRange: OutOfRange,
): EncodeRun {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return (start, end, bias) =>
    encodeValues(values, words, start, end, out, tableOf(rounding, bias), outOfRange);
}

function encodeValues(
  values: Float64Array,
  words: Int32Array,
  start: number,
  end: number,
  out: Uint8Array,
  { first, codes, thresholds, low, largest }: Table,
  outOfRange: OutOfRange,
): void {
  for (let i = start; i < end; i++) {
    const value = values[i] as number;
    const magnitude = Math.abs(value);
    if (magnitude >= low && magnitude <= largest) {
      const word = words[2 * i + UPPER] as number;
      const bucket = ((word & MAGNITUDE) >>> SHIFT) - first;
      const above = Number(magnitude >= (thresholds[bucket] as number));
      out[i] = (codes[bucket + above] as Code) | ((word >>> 24) & SIGN_BIT);
    } else out[i] = outOfRange.encode(value, i, largest);
  }
}
