/**
 * How a weight between two RF8 values is encoded (docs/format.md):
 * - nearest: to the nearer, ties away from zero;
 * - paper: by the two-step log2-domain rule of arXiv 2506.00486 v3;
 * - stochastic: to either, with probability proportional to the distance from the other.
 */
export type Rounding = "nearest" | "paper" | "stochastic";

/** What NaN in the input becomes: an error, or code 0x80. An infinity is an error either way. */
export type NanPolicy = "error" | "encode";
