import { type Code, LARGEST_CODE, NAN_CODE, SIGN_BIT, ZERO_CODE } from "./code.ts";
import { NonFiniteError } from "./non-finite-error.ts";
import type { NanPolicy } from "./rounding.ts";

/**
 * Decides what lies outside the interval that the fast loops decide, smallest magnitude that is not
 * encoded as zero .. largest value, and counts it.
 */
export class OutOfRange {
  saturated = 0;
  flushedToZero = 0;
  nans = 0;
  readonly #nan: NanPolicy;
  readonly #firstIndex: number;

  constructor(nan: NanPolicy, firstIndex: number) {
    this.#nan = nan;
    this.#firstIndex = firstIndex;
  }

  /**
   * @param largest the largest value under the bias in force
   * @throws NonFiniteError for an infinity, and for NaN unless it is to be encoded
   */
  encode(value: number, index: number, largest: number): Code {
    if (value === 0) return ZERO_CODE;
    const magnitude = Math.abs(value);
    if (magnitude <= largest) {
      this.flushedToZero++;
      return ZERO_CODE;
    }
    if (magnitude < Number.POSITIVE_INFINITY) {
      this.saturated++;
      return value < 0 ? LARGEST_CODE | SIGN_BIT : LARGEST_CODE;
    }
    if (this.#nan === "error" || !Number.isNaN(value))
      throw new NonFiniteError(this.#firstIndex + index, value);
    this.nans++;
    return NAN_CODE;
  }
}
