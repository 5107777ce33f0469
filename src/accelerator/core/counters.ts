/** Busy cycles by what they were; keys are those of the JSON. */
export interface CoreCounters {
  /** Weights transferred. */
  readonly product_cycles: number;
  readonly vector_cycles: number;
  /** The core waited for the memory. */
  readonly memory_cycles: number;
  readonly sequencing_cycles: number;
}

/**
 * All of them: the cycles.
 *
 * @example
 * console.log(totalOf({ product_cycles: 5, vector_cycles: 3, memory_cycles: 2, sequencing_cycles: 1 })); // 11
 */
export const totalOf = (all: CoreCounters): number =>
  all.product_cycles + all.vector_cycles + all.memory_cycles + all.sequencing_cycles;

/**
 * Counters that grow.
 *
 * @example
 * const tally = new Tally();
 * tally.add({ product_cycles: 5, vector_cycles: 3, memory_cycles: 2, sequencing_cycles: 1 }, 2);
 * console.log(`${tally.product_cycles} of ${totalOf(tally)}`); // 10 of 22
 */
export class Tally implements CoreCounters {
  product_cycles = 0;
  vector_cycles = 0;
  memory_cycles = 0;
  sequencing_cycles = 0;

  /** Adds others, so many times. */
  add(others: CoreCounters, times = 1): void {
    this.product_cycles += times * others.product_cycles;
    this.vector_cycles += times * others.vector_cycles;
    this.memory_cycles += times * others.memory_cycles;
    this.sequencing_cycles += times * others.sequencing_cycles;
  }

  /** As they are now, keys as in the JSON. */
  get counters(): CoreCounters {
    const { product_cycles, vector_cycles, memory_cycles, sequencing_cycles } = this;
    return { product_cycles, vector_cycles, memory_cycles, sequencing_cycles };
  }
}
