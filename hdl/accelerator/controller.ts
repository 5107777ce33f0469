import {
  type Bool,
  bool,
  circuit,
  enumeration,
  input,
  literal,
  type Module,
  match,
  module,
  mux,
  named,
  output,
  register,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import { counterBits } from "./parameters.ts";

export interface ControllerParameters {
  /** Words of the activation buffer. */
  readonly words: number;
  readonly headerBeats: number;
  /** Groups whose last weights are taken and whose result is not, at most. */
  readonly inFlight: number;
}

const flag = {
  in: (description: string) => input(bool(), description),
  out: (description: string) => output(bool(), description),
};

const stream = (name: string) => ({
  tvalid: flag.in(`${name} are offered`),
  tlast: flag.in("and said to be the last"),
  tready: flag.out("they are taken at this edge"),
});

const portsOf = ({ words, headerBeats }: ControllerParameters) => ({
  command: {
    start: flag.in("begin a job"),
    abort: flag.in("end the one that runs, or with its streams not waited for where it is ending"),
    beats: input(uint(32), "activation beats of the job, and weight beats of each group"),
    groups: input(uint(32), "groups of rows of the job"),
    requantize: flag.in("its groups begin with a header"),
    relu: flag.in("its negative activations become 0"),
  },
  activation: stream("activations"),
  weight: stream("weights"),
  result_taken: flag.in("a result leaves at this edge"),
  busy: flag.out("a job runs"),
  job: {
    requantize: flag.out("of the job that runs"),
    relu: flag.out("of the job that runs"),
  },
  buffer: {
    write: flag.out("activations are taken"),
    read: flag.out("weights are taken"),
    address: output(uint(counterBits(words - 1)), "of the word for either"),
  },
  taken: {
    header: flag.out("a header beat is taken"),
    index: output(uint(counterBits(headerBeats - 1)), "which one"),
    first: flag.out("the weights taken are the first of a group"),
    last: flag.out("weights are taken, the last of a group; or an aborted job is closed"),
    final: flag.out("its result is the last of the job"),
  },
  event: {
    accepted: flag.out("a job begins"),
    refused: flag.out("it may not"),
    done: flag.out("a job has ended"),
    aborted: flag.out("and was aborted"),
    activation_framing: flag.out("tlast of the activations taken is wrong"),
    weight_framing: flag.out("tlast of the weights taken is wrong"),
  },
  wait: {
    activation: flag.out("a cycle without activations"),
    weight: flag.out("a cycle without weights"),
    result: flag.out("a cycle that results in the way cost"),
  },
});

export type ControllerPorts = ReturnType<typeof portsOf>;

const states = enumeration("state", ["Idle", "Load", "Header", "Weights", "Flush", "Drain"]);

/**
 * The accelerator's state machine: activations into the buffer, then group after group of header and weights, then a
 * wait until the last result is taken. It sees handshakes and counts, no data.
 *
 * The last weights of a group wait while `inFlight` results are under way, so that none is ever lost.
 *
 * An aborted job discards what its sources still send, each up to a tlast, and closes its packet of results with a beat
 * that has no meaning. So every job takes one packet from each source and gives one to the sink. A second abort does not
 * wait for the tlasts.
 */
export const controller = (parameters: ControllerParameters): Module<ControllerPorts> =>
  build(parameters);

const build = circuit((parameters: ControllerParameters) => {
  const { words, headerBeats, inFlight } = parameters;
  return module(
    {
      name: "accelerator_controller",
      description: "State machine of the accelerator",
      parameters: { ...parameters },
      ports: portsOf(parameters),
    },
    (io) => {
      const { start, abort, beats, groups } = io.command;
      const state = register("state", states.type, { reset: 0 });
      const is = (one: UInt): Bool => state.eq(one);
      const index = uint(counterBits(words - 1));
      const beat = register("beat", index, { reset: 0 });
      const lastBeat = register("last_beat", index, { reset: 0 });
      const groupsAfter = register("groups_after", uint(32), { reset: 0 });
      const headerBeat = register("header_beat", uint(counterBits(headerBeats - 1)), { reset: 0 });
      const underWay = register("under_way", uint(counterBits(inFlight)), { reset: 0 });
      const drained = register("drained", uint(counterBits(inFlight)), { reset: 0 });
      const aborted = register("aborted", bool(), { reset: 0 });
      const [activationsEnded, weightsEnded, closed] = [
        register("activations_ended", bool(), { reset: 0 }),
        register("weights_ended", bool(), { reset: 0 }),
        register("results_closed", bool(), { reset: 0 }),
      ];
      const requantize = register("requantize_job", bool(), { reset: 0 });
      const relu = register("relu_job", bool(), { reset: 0 });

      const atLast = beat.eq(lastBeat);
      const blocked = atLast.and(underWay.eq(inFlight));
      const weightWanted = is(states.Header).or(is(states.Weights).and(blocked.not()));
      const activations = is(states.Load).and(io.activation.tvalid);
      const taken = weightWanted.and(io.weight.tvalid);
      const weights = taken.and(is(states.Weights));
      const last = weights.and(atLast);
      const final = groupsAfter.eq(0);
      named({ blocked, activations, taken, weights, last, final });

      const fits = beats.ne(0).and(beats.le(words)).and(groups.ne(0));
      const accepted = start.and(abort.not()).and(is(states.Idle)).and(fits);
      const activationReady = is(states.Load).or(is(states.Flush).and(activationsEnded.not()));
      const weightReady = weightWanted.or(is(states.Flush).and(weightsEnded.not()));
      const room = underWay.ne(inFlight);
      const flushed = is(states.Flush).and(activationsEnded).and(weightsEnded).and(closed.or(room));
      const closes = flushed.and(closed.not());
      const enters = last.or(closes);
      const finished = is(states.Drain).and(underWay.eq(0));
      const next = literal(index, 1);
      const groupStart = mux(requantize, states.Header, states.Weights);

      match(states, state, {
        Idle: () =>
          when(accepted, () => {
            state.set(states.Load);
            beat.set(0);
            lastBeat.set(beats.bits(index.width - 1, 0).subWrap(next));
            groupsAfter.set(groups.subWrap(1));
            requantize.set(io.command.requantize);
            relu.set(io.command.relu);
            aborted.set(false);
            closed.set(false);
          }),
        Load: () => {
          when(activations, () => beat.set(mux(atLast, literal(index, 0), beat.addWrap(next))));
          when(abort, () => state.set(states.Flush)).elsewhen(activations.and(atLast), () =>
            state.set(groupStart),
          );
        },
        Header: () => {
          const ends = headerBeat.eq(headerBeats - 1);
          when(taken, () =>
            headerBeat.set(mux(ends, literal(headerBeat.type, 0), headerBeat.addWrap(1))),
          );
          when(abort, () => state.set(states.Flush)).elsewhen(taken.and(ends), () =>
            state.set(states.Weights),
          );
        },
        Weights: () => {
          when(weights, () => beat.set(mux(atLast, literal(index, 0), beat.addWrap(next))));
          when(last, () => groupsAfter.set(groupsAfter.subWrap(1)));
          when(abort, () => state.set(states.Flush)).elsewhen(last, () =>
            state.set(mux(final, states.Drain, groupStart)),
          );
        },
        Flush: () => when(flushed, () => state.set(states.Drain)),
        Drain: () =>
          when(finished, () => state.set(states.Idle)).elsewhen(abort.and(aborted.not()), () =>
            state.set(states.Flush),
          ),
      });
      when(is(states.Idle), () => headerBeat.set(0));
      when(abort.and(is(states.Idle).or(finished).not()), () => aborted.set(true));
      const gaveUp = abort.and(is(states.Flush));
      for (const [ended, stream, ready] of [
        [activationsEnded, io.activation, activationReady],
        [weightsEnded, io.weight, weightReady],
      ] as const) {
        when(accepted, () => ended.set(false))
          .elsewhen(gaveUp, () => ended.set(true))
          .elsewhen(ready.and(stream.tvalid), () => ended.set(stream.tlast));
      }
      when(enters.and(final.or(closes)), () => closed.set(true));
      when(enters.and(io.result_taken.not()), () => underWay.set(underWay.addWrap(1)));
      when(io.result_taken.and(enters.not()), () => underWay.set(underWay.subWrap(1)));
      const overdue = drained.eq(inFlight);
      when(is(states.Drain).not(), () => drained.set(0)).elsewhen(overdue.not(), () =>
        drained.set(drained.addWrap(1)),
      );

      io.busy.set(is(states.Idle).not());
      io.job.requantize.set(requantize);
      io.job.relu.set(relu);
      io.activation.tready.set(activationReady);
      io.weight.tready.set(weightReady);
      io.buffer.write.set(activations);
      io.buffer.read.set(weights);
      io.buffer.address.set(beat);
      io.taken.header.set(taken.and(is(states.Header)));
      io.taken.index.set(headerBeat);
      io.taken.first.set(beat.eq(0));
      io.taken.last.set(enters);
      io.taken.final.set(final.or(closes));
      io.event.accepted.set(accepted);
      io.event.refused.set(start.and(accepted.not()));
      io.event.done.set(finished);
      io.event.aborted.set(finished.and(aborted));
      io.event.activation_framing.set(activations.and(io.activation.tlast.xor(atLast)));
      io.event.weight_framing.set(taken.and(io.weight.tlast.xor(last.and(final))));
      io.wait.activation.set(is(states.Load).and(io.activation.tvalid.not()));
      io.wait.weight.set(weightWanted.and(io.weight.tvalid.not()));
      const stopped = is(states.Weights).and(blocked);
      io.wait.result.set(stopped.or(is(states.Drain).and(overdue)));
    },
  );
});
