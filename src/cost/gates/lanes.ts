/** Stimuli side by side: one for each bit of a vector. */
export const laneCount = 128;

/** Cycles before the first that counts, at least: the longest pipeline is 4 deep, and its state is all forgotten. */
const minWarmUp = 8;

/** Inputs of a circuit, cycle after cycle, in jobs. */
export interface Stimulus {
  /** Values by port, whole numbers of which the low bits count; an entry for each cycle. */
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
  readonly cycles: number;
  /**
   * The first cycle of each job, 0 first, in rising order. A job begins with all that the circuit keeps of the jobs before
   * forgotten: every vector of a combinational circuit, every dot product of one that accumulates.
   */
  readonly starts: ArrayLike<number>;
}

/** What a lane does: from `first`, which may be below 0, to before `end`, of which it counts from `counted`. */
export interface Lane {
  readonly first: number;
  readonly counted: number;
  readonly end: number;
}

/**
 * Cuts a stimulus into lanes of whole jobs and nearly equal length. Each begins with the jobs before its own, not counted, so
 * that all lanes together change as one run would that goes through the stimulus in a circle; cycles below 0 count from its end.
 */
export function lanesOf({ cycles, starts }: Stimulus): Lane[] {
  const bounds: number[] = [0];
  for (let lane = 1, job = 0; lane < laneCount; lane++) {
    const wanted = (cycles * lane) / laneCount;
    while (job < starts.length && (starts[job] as number) < wanted) job += 1;
    bounds.push(starts[job] ?? cycles);
  }
  bounds.push(cycles);
  const own = bounds.slice(0, -1).flatMap((counted, at): Lane[] => {
    const end = bounds[at + 1] ?? cycles;
    return end > counted ? [{ first: warmUp(starts, cycles, counted), counted, end }] : [];
  });
  return own;
}

/** Where a run that is to count from cycle 0 begins: below 0, from the end of the circle. */
export const firstCycle = ({ starts, cycles }: Stimulus): number => warmUp(starts, cycles, 0);

/** The start of jobs before a cycle, going round the circle, that are long enough together. */
function warmUp(starts: ArrayLike<number>, cycles: number, counted: number): number {
  let low = 0;
  for (let high = starts.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= counted) low = middle;
    else high = middle;
  }
  let [job, round] = [low, 0];
  let first = counted;
  while (counted - first < minWarmUp) {
    job -= 1;
    if (job < 0) {
      job = starts.length - 1;
      round -= cycles;
    }
    first = (starts[job] as number) + round;
  }
  return first;
}
