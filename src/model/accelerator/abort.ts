import type { AcceleratorModel } from "./job.ts";
import {
  type AcceleratorEnvironment,
  type AcceleratorSchedule,
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

/** As of any job; `activationAccepted` and `weightAccepted` have the discarded beats too, results the closing one. */
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
  environment: AcceleratorEnvironment,
  abort: AcceleratorAbort,
): AbortedSchedule {
  const { cycle: at, again = Number.POSITIVE_INFINITY } = abort;
  const whole = acceleratorSchedule(accelerator, shape, environment);
  if (whole.cycles - 1 <= at) return { ...whole, aborted: false, groups: shape.groups };
  const { result_wait, lastBeat, ...until } = acceleratorBeats(accelerator, shape, environment, at);
  const latency = acceleratorLatency(accelerator);
  const inFlight = latency + 1;

  const activations = discard(
    whole.activationAccepted,
    { at, again },
    { from: environment.activationFrom, last: abort.activationLast },
  );
  const weights = discard(
    whole.weightAccepted,
    { at, again },
    { from: environment.weightFrom, last: abort.weightLast },
  );
  const flushed = Math.max(activations.ended, weights.ended);

  const perGroup = shape.header + shape.beats;
  const groups = Math.floor(weights.before / perGroup);
  const valid = [...whole.resultValid.subarray(0, groups)];
  const accepted = [...whole.resultAccepted.subarray(0, groups)];
  let left = flushed;
  if (groups < shape.groups) {
    left = Math.max(
      flushed,
      (groups < inFlight ? -1 : (accepted[groups - inFlight] as number)) + 1,
    );
    valid.push(Math.max(left + latency, (accepted.at(-1) ?? -1) + 1));
    accepted.push((valid.at(-1) as number) + environment.resultDelay(groups));
  }
  const ended = Math.max(left + 1, (accepted.at(-1) as number) + 1);
  const overdue = (last: number, drained: number): number => Math.max(0, last - drained - inFlight);
  return {
    ...until,
    activationAccepted: Float64Array.from(activations.accepted),
    weightAccepted: Float64Array.from(weights.accepted),
    resultValid: Float64Array.from(valid),
    resultAccepted: Float64Array.from(accepted),
    cycles: ended + 1,
    result_wait: result_wait + overdue(at, lastBeat) + overdue(ended, left),
    aborted: true,
    groups,
  };
}

/** Beats taken up to the abort, those discarded after it, and the first cycle in which the stream is known to have ended. */
function discard(
  planned: Float64Array,
  { at, again }: { readonly at: number; readonly again: number },
  {
    from,
    last,
  }: { readonly from: (beat: number) => number; readonly last: (beat: number) => boolean },
): { readonly accepted: readonly number[]; readonly before: number; readonly ended: number } {
  const accepted = [...planned].filter((cycle) => cycle <= at);
  const before = accepted.length;
  if (before > 0 && last(before - 1)) return { accepted, before, ended: at + 1 };
  for (let beat = before; ; beat++) {
    const cycle = Math.max(at + 1, (accepted.at(-1) ?? -1) + 1, from(beat));
    if (cycle > again) return { accepted, before, ended: again + 1 };
    if (!Number.isFinite(cycle)) return { accepted, before, ended: Number.POSITIVE_INFINITY };
    accepted.push(cycle);
    if (last(beat)) return { accepted, before, ended: cycle + 1 };
  }
}
