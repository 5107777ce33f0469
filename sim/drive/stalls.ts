// The streams of a memory of bursts that may stall in a cycle.

/** A bit of each. */
export const stalled = { data: 1, request: 2, store: 4 } as const;
