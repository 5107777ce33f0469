/** A decoder on the core: its numbers, and the integer model (docs/core.md). */
export type { CacheFormat } from "./cache.ts";
export { IntegerDecoder } from "./integer-decoder.ts";
export { logitsOf } from "./logits.ts";
export type { CoreMatrix } from "./matrix.ts";
export { type CoreLayer, type CoreNetwork, type CoreOptions, coreNetwork } from "./network.ts";
