import type { AcceleratorModel } from "./job.ts";
import { type AcceleratorShape, sourceBeat } from "./stream.ts";

/**
 * The environment of the accelerator. Cycle 0 is the first in which the job runs. A source's beat is valid from the cycle that is
 * said, or after the beat before it was taken, if that is later; the sink takes a result that many cycles after
 * it was valid.
 */
export interface AcceleratorEnvironment {
  activationFrom(beat: number): number;
  weightFrom(beat: number): number;
  resultDelay(group: number): number;
}

/** Sources that never wait and a sink that is always ready. */
export const idealEnvironment: AcceleratorEnvironment = {
  activationFrom: () => 0,
  weightFrom: () => 0,
  resultDelay: () => 0,
};

/** A job's cycles, as the accelerator's counters say. */
export interface AcceleratorCounts {
  readonly cycles: number;
  /** Cycles in which it was ready for activations, or weights, and none were valid. */
  readonly activation_wait: number;
  readonly weight_wait: number;
  /** Cycles that results cost which nobody took. */
  readonly result_wait: number;
}

/** The cycle of every handshake of a job. */
export interface AcceleratorSchedule extends AcceleratorCounts {
  readonly activationAccepted: Float64Array;
  readonly weightAccepted: Float64Array;
  readonly resultValid: Float64Array;
  readonly resultAccepted: Float64Array;
}

/** Cycles from the one that takes a group's last weights to the first that offers its result. */
export const acceleratorLatency = ({ pipeline }: Pick<AcceleratorModel, "pipeline">): number =>
  4 + pipeline;

/**
 * When everything happens in a job: an event for every beat, no cycle is simulated. The accelerator takes all activations,
 * then weights whenever they are valid, except that a group's last weights wait while latency + 1 results are
 * under way; it ends in the cycle after the last result has left.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const shape = acceleratorShape(hardware, { rows: 4, columns: 6 }, false);
 * const { resultAccepted, cycles } = acceleratorSchedule(hardware, shape);
 * console.log(`results in cycles ${[...resultAccepted]} of ${cycles}`); // results in cycles 9,12 of 14
 */
export function acceleratorSchedule(
  accelerator: Pick<AcceleratorModel, "pipeline">,
  shape: AcceleratorShape,
  environment: AcceleratorEnvironment = idealEnvironment,
): AcceleratorSchedule {
  const { result_wait, lastBeat, ...beats } = acceleratorBeats(
    accelerator,
    shape,
    environment,
    Number.POSITIVE_INFINITY,
  );
  const ended = (beats.resultAccepted.at(-1) as number) + 1;
  const draining = Math.max(0, ended - lastBeat - acceleratorLatency(accelerator) - 1);
  return { ...beats, cycles: ended + 1, result_wait: result_wait + draining };
}

/**
 * The beats of a job, its waits for them up to the cycle `until`, without those of its end, and the cycle in which the last
 * weights reach the rows.
 *
 * @internal
 */
export function acceleratorBeats(
  accelerator: Pick<AcceleratorModel, "pipeline">,
  shape: AcceleratorShape,
  environment: AcceleratorEnvironment,
  until: number,
): Omit<AcceleratorSchedule, "cycles"> & { readonly lastBeat: number } {
  const { beats, groups, header, weightBeats, packing } = shape;
  const latency = acceleratorLatency(accelerator);
  const inFlight = latency + 1;
  const activationAccepted = new Float64Array(beats);
  const weightAccepted = new Float64Array(weightBeats);
  const resultValid = new Float64Array(groups);
  const resultAccepted = new Float64Array(groups);
  let [activation_wait, weight_wait, result_wait] = [0, 0, 0];
  const between = (from: number, to: number): number =>
    from > until ? 0 : Math.min(to, until + 1) - from;

  let free = 0;
  for (let beat = 0; beat < beats; beat++) {
    const accepted = Math.max(free, environment.activationFrom(beat));
    activation_wait += between(free, accepted);
    activationAccepted[beat] = accepted;
    free = accepted + 1;
  }
  // The palette is read from the start of the job on, while activations are.
  let read = 0;
  let decoded = 0;
  for (; read < (packing?.head ?? 0); read++) {
    weightAccepted[read] = Math.max(decoded, environment.weightFrom(read));
    decoded = (weightAccepted[read] as number) + 1;
  }
  for (let group = 0, beat = 0; group < groups; group++) {
    for (let inGroup = 0; inGroup < header + beats; inGroup++, beat++) {
      const last = inGroup === header + beats - 1;
      const blockedBy =
        last && group >= inFlight ? (resultAccepted[group - inFlight] as number) : -1;
      const unblocked = Math.max(free, blockedBy + 1);
      // A beat takes the one of the stream that has its last bits, unless a beat before it did.
      const isHeld = sourceBeat(shape, beat) < read;
      const accepted = Math.max(unblocked, decoded, isHeld ? 0 : environment.weightFrom(read));
      result_wait += between(free, unblocked);
      weight_wait += between(unblocked, accepted);
      if (!isHeld) weightAccepted[read++] = accepted;
      free = accepted + 1;
    }
    const before = group === 0 ? -1 : (resultAccepted[group - 1] as number);
    const valid = Math.max(free - 1 + latency, before + 1);
    resultValid[group] = valid;
    resultAccepted[group] = valid + environment.resultDelay(group);
  }
  return {
    activationAccepted,
    weightAccepted,
    resultValid,
    resultAccepted,
    activation_wait,
    weight_wait,
    result_wait,
    lastBeat: free - 1,
  };
}

/** A memory that streams weights from the start of a job. */
export interface WeightMemory {
  /** Bytes a cycle, above 0. */
  readonly bandwidth: number;
  /** Cycles from the start of the job to the first byte. */
  readonly latency: number;
}

/** The first cycle in which the memory has delivered a beat. */
export const weightArrival = (
  { bandwidth, latency }: WeightMemory,
  beat: number,
  bytes: number,
): number => latency + Math.ceil(((beat + 1) * bytes) / bandwidth) - 1;

/**
 * The counters of a job in closed form, for activations and a sink that never wait and weights that come from a memory:
 * the last beat is transferred when all beats before it can have been, either from the end of the activations on, one a
 * cycle, or from some arrival on. Arrivals follow beats with a period (a group; of packed weights 8 groups), and from period to
 * period they move against the beats in one direction only: so an arrival of the first or the last period decides.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const shape = acceleratorShape(hardware, { rows: 4, columns: 6 }, false);
 * console.log(acceleratorCounts(hardware, shape, { bandwidth: 1, latency: 10 }).weight_wait); // 25
 */
export function acceleratorCounts(
  accelerator: Pick<AcceleratorModel, "lanes" | "rows" | "pipeline">,
  shape: AcceleratorShape,
  memory?: WeightMemory,
): AcceleratorCounts {
  const { beats, groups, header, packing } = shape;
  const count = groups * (header + beats);
  const unhindered = beats + count - 1;
  const last = Math.max(
    unhindered,
    (packing?.head ?? 0) + count - 1,
    memory ? lastArrival(accelerator, shape, count, memory) : 0,
  );
  return {
    cycles: last + acceleratorLatency(accelerator) + 2,
    activation_wait: 0,
    weight_wait: last - unhindered,
    result_wait: 0,
  };
}

/** The first cycle in which the last of `count` beats can be transferred, for its own arrival and those before it. */
function lastArrival(
  { lanes, rows }: Pick<AcceleratorModel, "lanes" | "rows">,
  shape: AcceleratorShape,
  count: number,
  memory: WeightMemory,
): number {
  const { beats, header, packing } = shape;
  const arrival = (beat: number): number => weightArrival(memory, beat, lanes * rows);
  const after = (index: number): number => arrival(sourceBeat(shape, index)) + count - 1 - index;
  const period = packing ? Math.min(count, 8 * (header + beats)) : 1;
  let last = 0;
  for (let head = 0; head < (packing?.head ?? 0); head++)
    last = Math.max(last, arrival(head) + (packing?.head ?? 0) - head + count - 1);
  for (let index = 0; index < period; index++)
    last = Math.max(last, after(index), after(count - 1 - index));
  return last;
}
