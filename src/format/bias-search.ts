import { eachWide, type FloatBlock } from "./block.ts";
import { eachRun } from "./channel.ts";
import { BIAS_MAX, BIAS_MIN, NAN_CODE } from "./code.ts";
import { sharedDecodeTable } from "./decode-array.ts";
import { encodeArray } from "./encode-array.ts";
import { addSquaredErrors } from "./error-statistics.ts";
import type { NanPolicy, Rounding } from "./rounding.ts";

/**
 * The neighbourhood of the max bias, in the order in which ties are resolved.
 *
 * A smaller bias never helps nearest rounding: of the values within range it only takes away the
 * smallest ones. (It can help the paper's rule, where nearest takes over near zero.) One more than the
 * max bias saturates the largest weights, at no cost while they round to the same value anyway, and
 * resolves smaller ones. Two more cost at least (max|w| / 2)^2 for the largest weight and win at most
 * (0.875 * 2^-bias)^2 for each of the others: too little below 2^31 weights.
 */
const CANDIDATES = [0, 1, -1, 2] as const;

export interface BiasSearchOptions {
  /** Elements per channel. Default Infinity: one channel. */
  readonly rowLength?: number;
  /** The rule whose errors count; those of stochastic rounding are taken to be those of nearest. */
  readonly rounding?: Rounding;
  /** "encode" passes over NaNs. */
  readonly nan?: NanPolicy;
}
