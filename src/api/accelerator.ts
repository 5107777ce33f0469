/**
 * Networks on the accelerator: simulated cycle by cycle, estimated, packaged as a core (docs/accelerator.md,
 * docs/inference.md, docs/estimate.md).
 *
 * @module rf8/accelerator
 */
export * from "../accelerator/index.ts";
