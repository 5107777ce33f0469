/** Rows of weights in units of W, that is each divided by the value of its W = 1. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  /** Row by row. */
  readonly weights: Float64Array;
}

/** The largest magnitude; 0 of nothing. */
export const largest = (values: Float64Array): number =>
  values.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);
