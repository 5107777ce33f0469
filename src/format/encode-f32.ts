import { CANONICAL_MAGNITUDES, type Code, SIGN_BIT } from "./code.ts";
import { float32Bits } from "./float-bits.ts";
import type { OutOfRange } from "./out-of-range.ts";
import { perBias } from "./per-bias.ts";
import type { EncodeRun } from "./run.ts";
import { type DeterministicRounding, largestOf, thresholdsOf } from "./thresholds.ts";

/** A bucket is all float32 that share sign, exponent and the 5 leading mantissa bits. */
const SHIFT = 18;
const BUCKET = 1 << SHIFT;
const BUCKETS_PER_SIGN = 1 << (31 - SHIFT);
const MAGNITUDE = 0x7fff_ffff;
const LARGEST_FINITE = 0x7f7f_ffff;

interface Table {
  /** The code of each bucket's first member, by sign, exponent and leading mantissa bits. */
  readonly codes: Uint8Array;
  /** By exponent and leading mantissa bits: from the bucket's threshold to the bucket's end. */
  readonly adjust: Int32Array;
  /** Magnitude bits of the first float32 not encoded as zero, and of the last one within range. */
  readonly low: number;
  readonly high: number;
  readonly largest: number;
}

/** The magnitude bits of the first float32 that is >= a threshold. */
function firstAtLeast(threshold: number): number {
  const rounded = Math.fround(threshold);
  return float32Bits(rounded) + (rounded < threshold ? 1 : 0);
}

const tableOf = perBias((rounding, bias): Table => {
  const keys = Array.from(thresholdsOf(rounding, bias), firstAtLeast);
  const codes = new Uint8Array(2 * BUCKETS_PER_SIGN);
  const adjust = new Int32Array(BUCKETS_PER_SIGN);
  keys.forEach((key, j) => {
    const code = CANONICAL_MAGNITUDES[j + 1] as Code;
    const next = Math.ceil(key / BUCKET);
    codes.fill(code, next, BUCKETS_PER_SIGN);
    codes.fill(code | SIGN_BIT, BUCKETS_PER_SIGN + next);
    if (key % BUCKET !== 0) adjust[next - 1] = next * BUCKET - key;
  });
  const largest = largestOf(bias);
  const high = Math.min(float32Bits(largest), LARGEST_FINITE);
  return { codes, adjust, low: keys[0] as number, high, largest };
});

/**
 * Encodes float32 weights. Why this equals the exact encoder:
 *
 * A rounding is a step function of |w| with one threshold between every two neighbouring values
 * (ladder.ts). Magnitude bits order as magnitudes do, so "|w| >= threshold" is "bits >= key", the key
 * being the bits of the first float32 at or above the threshold: integers, compared without error.
 *
 * Every RF8 value begins a bucket (values have 4 mantissa bits, buckets 5; among the subnormals,
 * whose buckets are 2^-131 wide, values are multiples of 2^-131 at every bias). A bucket thus lies
 * between two neighbours and holds at most one key. Adding bucket end - key to the bits moves the
 * members at or above the key into the next bucket, whose first member has their code, and leaves
 * the others, whose code is that of their own bucket's first member.
 *
 * What lies outside low..high, zeros and non-finite values included, is decided by `outliers`.
 */
export function float32Encoder(
  values: Float32Array,
  out: Uint8Array,
  rounding: DeterministicRounding,
  outOfRange: OutOfRange,
): EncodeRun {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  return (start, end, bias) =>
    encodeBits(bits, values, start, end, out, tableOf(rounding, bias), outOfRange);
}

function encodeBits(
  bits: Int32Array,
  values: Float32Array,
  start: number,
  end: number,
  out: Uint8Array,
  { codes, adjust, low, high, largest }: Table,
  outOfRange: OutOfRange,
): void {
  const span = high - low;
  for (let i = start; i < end; i++) {
    const b = bits[i] as number;
    const bucket = (b >>> SHIFT) & (BUCKETS_PER_SIGN - 1);
    out[i] = codes[(b + (adjust[bucket] as number)) >>> SHIFT] as Code;
    if (((b & MAGNITUDE) - low) >>> 0 > span)
      out[i] = outOfRange.encode(values[i] as number, i, largest);
  }
}
