/** Rows of weights in units of W, that is each divided by the value of its W = 1. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  /** Row by row. */
  readonly weights: Float64Array;
}

/** The largest magnitude; 0 of nothing. */
export function largest(values: Float32Array | Float64Array): number {
  let maximum = 0;
  for (const value of values) maximum = Math.max(maximum, Math.abs(value));
  return maximum;
}
