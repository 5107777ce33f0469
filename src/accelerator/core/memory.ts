import type { BurstMemory } from "../../../sim/index.ts";

/** A memory that answers the core, and never stalls. */
export interface SteadyMemory {
  /** Cycles from a request to its first beat. */
  readonly latency: number;
  /** Requests that it holds at a time. */
  readonly outstanding: number;
  /** Cycles from a beat to the next, 1 or more, such as 1.25; 1 where it is absent. */
  readonly interval?: number;
}

/** How a memory answers the core. */
export interface CoreMemoryModel extends SteadyMemory {
  /** What stalls in each cycle, as in `BurstWork`. Never anything where it is absent. */
  readonly stalls?: Uint32Array;
}

/** A core that waits so many cycles in a row has a memory that does not answer. */
const PATIENCE = 100_000;

/**
 * A memory on the ports of a core, for a run of its circuit.
 *
 * @param bytes the image, and behind it the caches
 *
 * @example
 * const program = tinyProgram("int8", 8);
 * const memory = coreMemory(program.header.memoryBytes, { latency: 10, outstanding: 4 });
 * console.log(memory.bytes > program.header.imageBytes); // true
 */
export const coreMemory = (
  bytes: number,
  { latency, outstanding, interval = 1 }: SteadyMemory,
): BurstMemory => ({
  kind: "burst",
  request: {
    valid: "request_valid",
    ready: "request_ready",
    address: "request_bits_address",
    beats: "request_bits_beats",
  },
  data: { valid: "data_valid", ready: "data_ready", bits: "data_bits" },
  store: {
    valid: "store_valid",
    ready: "store_ready",
    address: "store_bits_address",
    byte: "store_bits_code",
  },
  bytes,
  latency,
  interval,
  outstanding,
  patience: PATIENCE,
});
