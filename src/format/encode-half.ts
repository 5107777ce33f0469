import type { HalfBlock } from "./block.ts";
import { CANONICAL_MAGNITUDES, type Code, SIGN_BIT } from "./code.ts";
import { bfloat16ToNumber, float16ToNumber } from "./float-bits.ts";
import type { OutOfRange } from "./out-of-range.ts";
import { perBias } from "./per-bias.ts";
import type { EncodeRun } from "./run.ts";
import { type DeterministicRounding, largestOf, thresholdsOf } from "./thresholds.ts";

const SIGN = 0x8000;
const MAGNITUDE = 0x7fff;

interface HalfFormat {
  readonly toNumber: (bits: number) => number;
  readonly infinity: number;
}

interface Table {
  /** The code of each of the 65,536 bit patterns, where it is within range. */
  readonly codes: Uint8Array;
  /** The first pattern not encoded as zero, and the last one within range; none when high < low. */
  readonly low: number;
  readonly high: number;
  readonly largest: number;
}

/** The first non-negative pattern, infinity at the latest, for which an ascending property holds. */
function firstPattern({ toNumber, infinity }: HalfFormat, holds: (value: number) => boolean) {
  let low = 0;
  let high = infinity;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(toNumber(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function tables(format: HalfFormat) {
  return perBias((rounding, bias): Table => {
    const keys = Array.from(thresholdsOf(rounding, bias), (threshold) =>
      firstPattern(format, (value) => value >= threshold),
    );
    const codes = new Uint8Array(2 * SIGN);
    keys.forEach((key, j) => {
      const code = CANONICAL_MAGNITUDES[j + 1] as Code;
      codes.fill(code, key, SIGN);
      codes.fill(code | SIGN_BIT, SIGN + key);
    });
    const largest = largestOf(bias);
    const high = firstPattern(format, (value) => value > largest) - 1;
    return { codes, low: keys[0] as number, high, largest };
  });
}

const formats = {
  F16: { toNumber: float16ToNumber, infinity: 0x7c00 },
  BF16: { toNumber: bfloat16ToNumber, infinity: 0x7f80 },
} as const;
const tableOf = { F16: tables(formats.F16), BF16: tables(formats.BF16) };

/**
 * Encodes 16-bit weights by a table of all patterns. It equals the exact encoder because a rounding
 * is a step function (ladder.ts) and patterns order as magnitudes do.
 */
export function halfEncoder(
  { dtype, data }: HalfBlock,
  out: Uint8Array,
  rounding: DeterministicRounding,
  outOfRange: OutOfRange,
): EncodeRun {
  const { toNumber } = formats[dtype];
  return (start, end, bias) =>
    encodePatterns(data, start, end, out, tableOf[dtype](rounding, bias), toNumber, outOfRange);
}

function encodePatterns(
  data: Uint16Array,
  start: number,
  end: number,
  out: Uint8Array,
  { codes, low, high, largest }: Table,
  toNumber: (bits: number) => number,
  outOfRange: OutOfRange,
): void {
  for (let i = start; i < end; i++) {
    const pattern = data[i] as number;
    out[i] = codes[pattern] as Code;
    const magnitude = pattern & MAGNITUDE;
    if (magnitude < low || magnitude > high)
      out[i] = outOfRange.encode(toNumber(pattern), i, largest);
  }
}
