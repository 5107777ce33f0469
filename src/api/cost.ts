/**
 * Area, delay and error of circuits (docs/cost.md).
 *
 * @module rf8/cost
 */
export * from "../cost/index.ts";
