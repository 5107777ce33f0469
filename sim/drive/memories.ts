// Describes the models of memories: words at a time, or bursts of bytes.

/** A memory on a port for requests and one for what was read, in the order of the requests. */
export interface MemoryModel {
  readonly kind: "memory";
  readonly request: {
    readonly valid: string;
    readonly ready: string;
    /** Number of the word. */
    readonly address: string;
    /** Whether the word is written; where there is none, every request reads. */
    readonly write?: string;
    /** The word to write. */
    readonly data?: readonly string[];
  };
  readonly response: {
    readonly valid: string;
    readonly ready: string;
    readonly data: readonly string[];
  };
  /** Cycles from a request to its word, at least 1. */
  readonly latency: number;
  /** Cycles from one word to the next, at least 1. */
  readonly interval: number;
  /** Reads under way at most. */
  readonly outstanding: number;
}

/**
 * A memory of bytes on three streams. A request asks for beats of bytes that follow one another from any byte on; requests are
 * answered in order, and what the last beat has beyond the memory is 0. A store writes a byte. The memory keeps its bytes from
 * one run to the next; requests that a run leaves are forgotten.
 */
export interface BurstMemory {
  readonly kind: "burst";
  readonly request: {
    readonly valid: string;
    readonly ready: string;
    /** The first byte. */
    readonly address: string;
    /** At least 1. */
    readonly beats: string;
  };
  readonly data: {
    readonly valid: string;
    readonly ready: string;
    /** A beat: 1, 2, 4 or a multiple of 8 bytes, the one with the lowest address least significant. */
    readonly bits: string;
  };
  readonly store: {
    readonly valid: string;
    readonly ready: string;
    readonly address: string;
    readonly byte: string;
  };
  /** The size of the memory. */
  readonly bytes: number;
  /** Cycles from a request to its first beat; never less than the interval. */
  readonly latency: number;
  /** Cycles from a beat to the next, 1 or more, such as 1.25: of beats that are late, the next ones keep the distance. */
  readonly interval: number;
  /** Requests under way at most. */
  readonly outstanding: number;
  /** A run ends with an error when the circuit has waited for the memory for so many cycles in a row; without it no wait is too long. */
  readonly patience?: number;
}
