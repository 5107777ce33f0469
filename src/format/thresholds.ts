import {
  CANONICAL_MAGNITUDES,
  type Code,
  decode,
  integerValue,
  LARGEST_CODE,
  unit,
} from "./code.ts";
import { MIDPOINTS } from "./nearest.ts";
import { encodePaper } from "./paper.ts";
import type { Rounding } from "./rounding.ts";

export type DeterministicRounding = Exclude<Rounding, "stochastic">;

/**
 * A rounding as a step function: |w| is encoded as CANONICAL_MAGNITUDES[j], j being the number of
 * thresholds <= |w|. The 112 thresholds ascend, one strictly between every two neighbouring values.
 */
export type Thresholds = Float64Array;

/** The bias under which a code's value is its W. */
const UNIT_BIAS = -4;

/**
 * The paper's thresholds are irrational. Here each is the smallest float64 that the exact rule
 * encodes as the upper neighbour, found by bisection between the two neighbours: both represent
 * themselves, the rule is monotone, and bisection ends when no float64 lies strictly between.
 */
function paperThresholds(): Thresholds {
  return Float64Array.from(CANONICAL_MAGNITUDES.subarray(1), (code, j) => {
    let below = integerValue(CANONICAL_MAGNITUDES[j] as Code);
    let reached = integerValue(code);
    for (;;) {
      const middle = (below + reached) / 2;
      if (middle <= below || middle >= reached) return reached;
      if (encodePaper(middle, UNIT_BIAS) >= code) reached = middle;
      else below = middle;
    }
  });
}

let paper: Thresholds | undefined;

/**
 * The thresholds of a rounding under a bias. Exact: both rules depend on the ratio of |w| to the
 * unit alone, and the products by a power of two stay in float64's normal range (7 * 2^-131 to
 * 786,432 * 2^124).
 */
export function thresholdsOf(rounding: DeterministicRounding, bias: number): Thresholds {
  if (rounding === "paper") paper ??= paperThresholds();
  const thresholds = rounding === "paper" && paper !== undefined ? paper : MIDPOINTS;
  const step = unit(bias);
  return thresholds.map((threshold) => threshold * step);
}

/** The largest value under a bias, 1.5 * 2^(15 - bias): what is beyond it saturates. */
export function largestOf(bias: number): number {
  return decode(LARGEST_CODE, bias);
}
