import { eachWide, type FloatBlock } from "./block.ts";
import { CANONICAL_MAGNITUDES, type Code, SIGN_BIT, unit, ZERO_CODE } from "./code.ts";
import type { OutOfRange } from "./out-of-range.ts";
import type { RandomBits } from "./random.ts";
import type { EncodeRun } from "./run.ts";
import { LEVELS, roundsUp } from "./stochastic.ts";
import { largestOf } from "./thresholds.ts";

const SMALLEST = LEVELS[1] as number;

/**
 * The lower neighbour of x, 14 <= x <= 786,432 in units of W, by the place of the leading bit of
 * floor(2x) and the 4 bits after it. It depends on nothing else: levels have at most 5 significant
 * bits, and those of 14 and 15, doubled, are integers of 5 bits.
 */
const lowerNeighbour = new Uint8Array(17 * 16);
for (const [j, level] of LEVELS.entries()) if (j > 0) lowerNeighbour.fill(j, place(level));

function place(x: number): number {
  const twice = (2 * x) | 0;
  const shift = 27 - Math.clz32(twice);
  return 16 * shift + ((twice >>> shift) & 15);
}

/** Encodes weights of any type stochastically, as `encodeStochastic` does one by one. */
export function stochasticEncoder(
  block: FloatBlock,
  out: Uint8Array,
  random: RandomBits,
  outOfRange: OutOfRange,
): EncodeRun {
  return (start, end, bias) => {
    eachWide(block, start, end, (wide, from) => {
      encodeWide(wide, from, out, bias, random, outOfRange);
    });
  };
}

function encodeWide(
  wide: Float64Array,
  from: number,
  out: Uint8Array,
  bias: number,
  random: RandomBits,
  outOfRange: OutOfRange,
): void {
  const unitsPerOne = 1 / unit(bias);
  const largest = largestOf(bias);
  for (let i = 0; i < wide.length; i++) {
    const draw = random.next();
    const value = wide[i] as number;
    const magnitude = Math.abs(value);
    if (!(magnitude > 0 && magnitude <= largest)) {
      out[from + i] = outOfRange.encode(value, from + i, largest);
      continue;
    }
    const x = magnitude * unitsPerOne;
    const lower = x < SMALLEST ? 0 : (lowerNeighbour[place(x)] as number);
    // Arithmetic on booleans: signs and roundings are coin tosses, which branches mispredict.
    const code = CANONICAL_MAGNITUDES[lower + Number(roundsUp(x, lower, draw))] as Code;
    if (code === ZERO_CODE) {
      outOfRange.flushedToZero++;
      out[from + i] = ZERO_CODE;
    } else out[from + i] = code | (Number(value < 0) * SIGN_BIT);
  }
}
