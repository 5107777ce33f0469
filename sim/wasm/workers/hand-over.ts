// How blocks of work are handed to whoever computes them next: in order, each by one thread.

/** Blocks that are handed over and not yet computed, at most: a power of two. */
export const maxWaiting = 4;

/** What is handed over, in 32-bit words that threads share. */
export const words = {
  /** Blocks that are handed over since the start, modulo 2^32. */
  given: 0,
  /** Blocks that are computed. */
  done: 1,
  /** 1 while somebody computes one. */
  busy: 2,
  /** 1 while there is a worker that waits for blocks, 2 while one starts. */
  present: 3,
  /** The first parameter of the blocks that wait, each in the place that the low bits of its number say. */
  parameters: 4,
} as const;

/** What both sides know. */
export interface Blocks {
  readonly control: Int32Array;
  readonly words: typeof words;
  readonly maxWaiting: number;
  /** How many numbers say what a block is. */
  readonly parameters: number;
}

/** What a worker is given; all memory is shared. */
export interface Served extends Blocks {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Milliseconds without a block after which the worker ends. */
  readonly patience: number;
}

/** What computes a block. */
export type Compute = (...parameters: number[]) => void;

/**
 * Computes the next block, if one waits and nobody else computes one. This function and `serve` are sent to a worker as text:
 * they name nothing but their parameters and what every program knows.
 *
 * @returns whether it did.
 */
export function computeNext(
  { control, words, maxWaiting, parameters }: Blocks,
  compute: Compute,
): boolean {
  if (Atomics.compareExchange(control, words.busy, 0, 1) !== 0) return false;
  try {
    const block = Atomics.load(control, words.done);
    if (Atomics.load(control, words.given) === block) return false;
    const first = words.parameters + (block & (maxWaiting - 1)) * parameters;
    compute(...control.subarray(first, first + parameters));
    Atomics.add(control, words.done, 1);
    Atomics.notify(control, words.done);
    return true;
  } finally {
    Atomics.store(control, words.busy, 0);
  }
}

/** Computes blocks as they come, until none does for long. */
export function serve(given: Served, next: typeof computeNext): void {
  const { module, memory, control, words, patience } = given;
  const { batch } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  Atomics.store(control, words.present, 1);
  for (let idle = false; !idle; ) {
    const seen = Atomics.load(control, words.given);
    if (next(given, batch as Compute)) continue;
    idle = Atomics.wait(control, words.given, seen, patience) === "timed-out";
  }
  Atomics.store(control, words.present, 0);
}
