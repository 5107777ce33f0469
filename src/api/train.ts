/**
 * Small networks trained for RF8 (docs/training.md).
 *
 * @module rf8/train
 */
export * from "../train/index.ts";
