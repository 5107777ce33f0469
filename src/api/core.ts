/**
 * A whole decoder on the decoder core: its integers, the compiler, the machine of descriptors, the circuit and its cycles
 * (docs/core.md).
 *
 * @module rf8/core
 */
export * from "../accelerator/core/index.ts";
