import type { SteadyMemory } from "./memory.ts";

/** Requests of so many beats that have been followed so far. */
interface Followed {
  /** The cycle of the last beat of each request. */
  readonly ends: number[];
  issued: number;
  /** Beats come `interval` cycles apart from this cycle on, of which so many have come. */
  since: number;
  beats: number;
}

/**
 * Rows of weights as a memory delivers them: a request a cycle as long as it takes them, answered in order. What was found of as
 * many requests of as many beats, or more, is kept.
 */
export class WeightStream {
  readonly #latency: number;
  readonly #outstanding: number;
  readonly #interval: number;
  readonly #known = new Map<number, Followed>();

  constructor({ latency, outstanding, interval = 1 }: SteadyMemory) {
    this.#latency = Math.max(latency, Math.ceil(interval));
    this.#outstanding = outstanding;
    this.#interval = interval;
  }

  /** Cycles in which the matrix unit waits, from the first request to the last beat. */
  waits(requests: number, beats: number): number {
    const known = this.#known.get(beats) ?? { ends: [], issued: -1, since: 0, beats: 0 };
    this.#known.set(beats, known);
    while (known.ends.length < requests) this.#follow(known, beats);
    return (requests === 0 ? 0 : (known.ends[requests - 1] as number) + 1) - requests * beats;
  }

  #follow(known: Followed, beats: number): void {
    const { ends } = known;
    // A place is free in the cycle after the last beat of the request that had it.
    const before = ends.length - this.#outstanding;
    const place = before < 0 ? -1 : (ends[before] as number);
    known.issued = Math.max(known.issued + 1, place + 1);
    const ready = known.issued + this.#latency;
    if (ends.length === 0 || ready - known.since - 1 >= known.beats * this.#interval) {
      known.since = ready;
      known.beats = 0;
    }
    known.beats += beats;
    ends.push(known.since + Math.ceil((known.beats - 1) * this.#interval));
  }
}
