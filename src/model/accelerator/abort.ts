import type { AcceleratorModel } from "./job.ts";
import {
  type AcceleratorSchedule,
  type AcceleratorWorld,
  acceleratorBeats,
  acceleratorLatency,
  acceleratorSchedule,
} from "./schedule.ts";
import type { AcceleratorShape } from "./stream.ts";

/** Aborts of a job, and what its sources mark by tlast, also beyond the beats of the job. */
export interface AcceleratorAbort {
  /** The cycle of the job in which the controller sees the first. */
  readonly cycle: number;
  /** The cycle of a second, which no longer waits for tlasts. */
  readonly again?: number;
  activationLast(beat: number): boolean;
  weightLast(beat: number): boolean;
}

/** As of any job; `activationTaken` and `weightTaken` have the discarded beats too, results the closing one. */
export interface AbortedSchedule extends AcceleratorSchedule {
  /** False where the job ended before the abort. */
  readonly aborted: boolean;
  /** Groups whose results are right; a beat after them only closes the packet. */
  readonly groups: number;
}

/**
 * A job that is aborted. Up to the abort it is as any other. Then beats are discarded up to a tlast on each stream, or to
 * the second abort; a last beat of results closes the packet, unless all results were under way; and the job ends when
 * the results have left. Waits are counted up to the abort, and while it drains.
 */
export function abortedSchedule(
  accelerator: Pick<AcceleratorModel, "pipeline">,
  shape: AcceleratorShape,
  world: AcceleratorWorld,
  abort: AcceleratorAbort,
): AbortedSchedule {
  const { cycle: at, again = Number.POSITIVE_INFINITY } = abort;
  const whole = acceleratorSchedule(accelerator, shape, world);
  if (whole.cycles - 1 <= at) return { ...whole, aborted: false, groups: shape.groups };
  const { result_wait, lastBeat, ...until } = acceleratorBeats(accelerator, shape, world, at);
  const latency = acceleratorLatency(accelerator);
  const inFlight = latency + 1;

  const activations = discard(
    ...[whole.activationTaken, at, again, world.activationFrom, abort.activationLast],
  );
  const weights = discard(...[whole.weightTaken, at, again, world.weightFrom, abort.weightLast]);
  const flushed = Math.max(activations.ended, weights.ended);

  const perGroup = shape.header + shape.beats;
  const groups = Math.floor(weights.before / perGroup);
  const offered = [...whole.resultOffered.subarray(0, groups)];
  const taken = [...whole.resultTaken.subarray(0, groups)];
  let left = flushed;
  if (groups < shape.groups) {
    left = Math.max(flushed, (taken[groups - inFlight] ?? -1) + 1);
    offered.push(Math.max(left + latency, (taken.at(-1) ?? -1) + 1));
    taken.push((offered.at(-1) as number) + world.resultDelay(groups));
  }
  const ended = Math.max(left + 1, (taken.at(-1) as number) + 1);
  const overdue = (last: number, drained: number): number => Math.max(0, last - drained - inFlight);
  return {
    ...until,
    activationTaken: Float64Array.from(activations.taken),
    weightTaken: Float64Array.from(weights.taken),
    resultOffered: Float64Array.from(offered),
    resultTaken: Float64Array.from(taken),
    cycles: ended + 1,
    result_wait: result_wait + overdue(at, lastBeat) + overdue(ended, left),
    ...{ aborted: true, groups },
  };
}

/** Beats taken up to the abort, those discarded after it, and the first cycle in which the stream is known to have ended. */
function discard(
  planned: Float64Array,
  at: number,
  again: number,
  from: (beat: number) => number,
  last: (beat: number) => boolean,
): { readonly taken: readonly number[]; readonly before: number; readonly ended: number } {
  const taken = [...planned].filter((cycle) => cycle <= at);
  const before = taken.length;
  if (before > 0 && last(before - 1)) return { taken, before, ended: at + 1 };
  for (let beat = before; ; beat++) {
    const cycle = Math.max(at + 1, (taken.at(-1) ?? -1) + 1, from(beat));
    if (cycle > again) return { taken, before, ended: again + 1 };
    if (!Number.isFinite(cycle)) return { taken, before, ended: Number.POSITIVE_INFINITY };
    taken.push(cycle);
    if (last(beat)) return { taken, before, ended: cycle + 1 };
  }
}
