/** Rows of weights in units of W, that is each divided by the value of its W = 1. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  /** Row by row. */
  readonly weights: Float64Array;
}
