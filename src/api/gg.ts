/**
 * Generalized-Gaussian statistics of weights, and the methods built on them (docs/gg.md).
 *
 * @module rf8/gg
 */
export * from "../gg/index.ts";
