/**
 * Training for RF8: generalized-Gaussian statistics and methods, and small networks trained with them
 * (docs/gg.md, docs/training.md).
 *
 * @module rf8/train
 */
export * from "../gg/index.ts";
export * from "../train/index.ts";
