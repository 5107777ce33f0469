/** A positive factor as the core multiplies by it: mantissa · 2^(exponent − 16), 2^15 ≤ mantissa < 2^16, or mantissa 0. */
export interface Constant {
  readonly mantissa: number;
  readonly exponent: number;
}

/** The nearest constant. @throws RangeError for what is not positive and finite. */
export function constantOf(factor: number): Constant {
  if (!(factor > 0 && Number.isFinite(factor)))
    throw new RangeError(`a factor of ${factor}; a positive finite number is needed`);
  const exponent = Math.floor(Math.log2(factor)) + 1;
  const mantissa = Math.round(factor * 2 ** (16 - exponent));
  return mantissa < 2 ** 16
    ? { mantissa, exponent }
    : { mantissa: 2 ** 15, exponent: exponent + 1 };
}
