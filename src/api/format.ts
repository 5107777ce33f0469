/**
 * RF8, the number format: single numbers and whole arrays (docs/format.md).
 *
 * @module rf8/format
 */
export * from "../format/index.ts";
