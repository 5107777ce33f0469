import {
  type Bool,
  bitsFor,
  bool,
  enumeration,
  input,
  literal,
  match,
  mux,
  named,
  output,
  register,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import { circuit, type ValuesOf } from "../circuit.ts";
import { size } from "../parameters.ts";

const handshake = (beat: string) => ({
  tvalid: input(bool(), `the ${beat} beat is valid`),
  tlast: input(bool(), `the ${beat} beat is marked as the last of the job`),
  tready: output(bool(), `ready for the ${beat} beat`),
});

const states = enumeration("state", ["Idle", "Load", "Header", "Weights", "Flush", "Drain"]);

/**
 * The accelerator's state machine: it loads activations into the buffer, then streams header and weights of group after
 * group, and waits until the last result has transferred. It sees handshakes and counts, no data.
 *
 * The last weights of a group wait while `inFlight` results are in flight, so that none is ever lost.
 *
 * An aborted job discards what its sources still send, each up to a TLAST, and closes its packet of results with a beat
 * without meaning. So every job reads one packet from each source and writes one to the sink. A second abort stops
 * waiting for the TLASTs.
 */
export const controller = circuit({
  name: "accelerator_controller",
  description: "State machine of the accelerator",
  parameters: {
    words: size("words of the activation buffer"),
    headerBeats: size("beats of a header"),
    inFlight: size(
      "maximum number of groups whose last weights have transferred and whose result has not",
    ),
  },
  ports: ({ words, headerBeats }) => ({
    command: {
      start: input(bool(), "start a job"),
      abort: input(
        bool(),
        "abort the running job; while it flushes its streams, stop waiting for them",
      ),
      beats: input(uint(32), "activation beats of the job, and weight beats of each group"),
      groups: input(uint(32), "groups of rows of the job"),
      requantize: input(
        bool(),
        "mode of the job: results are activations, and groups begin with a header",
      ),
      relu: input(bool(), "mode of the job: negative activations become 0"),
      packed: input(bool(), "mode of the job: weights are palette indexes"),
    },
    activation: handshake("activation"),
    weight: handshake("weight"),
    result_fire: input(bool(), "a result beat transfers: valid and ready are both 1"),
    busy: output(bool(), "a job is running"),
    job: {
      requantize: output(bool(), "mode of the running job: results are activations"),
      relu: output(bool(), "mode of the running job: negative activations become 0"),
    },
    buffer: {
      write: output(bool(), "write the activation beat to the buffer"),
      read: output(bool(), "read the buffer for the weight beat"),
      address: output(uint(bitsFor(words - 1)), "address in the activation buffer"),
    },
    beat: {
      header: output(bool(), "a header beat transfers"),
      index: output(uint(bitsFor(headerBeats - 1)), "index of the header beat in its group"),
      first: output(bool(), "the weight beat is the first of its group"),
      last: output(
        bool(),
        "the last weight beat of a group transfers, or an aborted job closes its results",
      ),
      final: output(bool(), "with beat_last: its result is the last of the job"),
    },
    unpack: {
      packed: output(bool(), "mode of the running job: weights are palette indexes"),
      active: output(bool(), "the running job reads weights"),
      bytes: output(bool(), "the next weight beat is a header beat"),
      end: output(bool(), "the next weight beat is the last of the job"),
      discard: output(bool(), "weight beats are discarded up to TLAST"),
    },
    event: {
      accepted: output(bool(), "a job starts"),
      refused: output(bool(), "a start is refused"),
      done: output(bool(), "the job ends"),
      aborted: output(bool(), "an aborted job ends"),
      activation_framing: output(bool(), "TLAST of the activation beat that transfers is wrong"),
      weight_framing: output(bool(), "TLAST of the weight beat that transfers is wrong"),
    },
    wait: {
      activation: output(bool(), "stalled for an activation beat"),
      weight: output(bool(), "stalled for a weight beat"),
      result: output(bool(), "stalled because the result stream was not ready"),
    },
  }),
  build(io, { words, headerBeats, inFlight }) {
    const { start, abort, beats, groups } = io.command;
    const state = register("state", states.type, { reset: 0 });
    const is = (one: UInt): Bool => state.eq(one);
    const index = uint(bitsFor(words - 1));
    const beat = register("beat", index, { reset: 0 });
    const lastBeat = register("last_beat", index, { reset: 0 });
    const groupsAfter = register("groups_after", uint(32), { reset: 0 });
    const headerBeat = register("header_beat", uint(bitsFor(headerBeats - 1)), { reset: 0 });
    const inFlightCount = register("in_flight", uint(bitsFor(inFlight)), { reset: 0 });
    const drained = register("drained", uint(bitsFor(inFlight)), { reset: 0 });
    const aborted = register("aborted", bool(), { reset: 0 });
    const [activationsEnded, weightsEnded, closed] = [
      register("activations_ended", bool(), { reset: 0 }),
      register("weights_ended", bool(), { reset: 0 }),
      register("results_closed", bool(), { reset: 0 }),
    ];
    const requantize = register("requantize_job", bool(), { reset: 0 });
    const relu = register("relu_job", bool(), { reset: 0 });
    const packed = register("packed_job", bool(), { reset: 0 });

    const atLast = beat.eq(lastBeat);
    const blocked = atLast.and(inFlightCount.eq(inFlight));
    const weightWanted = is(states.Header).or(is(states.Weights).and(blocked.not()));
    const activationBeat = is(states.Load).and(io.activation.tvalid);
    const weightFire = weightWanted.and(io.weight.tvalid);
    const weightBeat = weightFire.and(is(states.Weights));
    const last = weightBeat.and(atLast);
    const final = groupsAfter.eq(0);
    named({
      blocked,
      activation_beat: activationBeat,
      weight_fire: weightFire,
      weight_beat: weightBeat,
      last,
      final,
    });

    const fits = beats.ne(0).and(beats.le(words)).and(groups.ne(0));
    const accepted = start.and(abort.not()).and(is(states.Idle)).and(fits);
    const activationReady = is(states.Load).or(is(states.Flush).and(activationsEnded.not()));
    const weightReady = weightWanted.or(is(states.Flush).and(weightsEnded.not()));
    const room = inFlightCount.ne(inFlight);
    const flushed = is(states.Flush).and(activationsEnded).and(weightsEnded).and(closed.or(room));
    const closes = flushed.and(closed.not());
    const closesGroup = last.or(closes);
    const finished = is(states.Drain).and(inFlightCount.eq(0));
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
          packed.set(io.command.packed);
          aborted.set(false);
          closed.set(false);
        }),
      Load: () => {
        when(activationBeat, () => beat.set(mux(atLast, literal(index, 0), beat.addWrap(next))));
        when(abort, () => state.set(states.Flush)).elsewhen(activationBeat.and(atLast), () =>
          state.set(groupStart),
        );
      },
      Header: () => {
        const ends = headerBeat.eq(headerBeats - 1);
        when(weightFire, () =>
          headerBeat.set(mux(ends, literal(headerBeat.type, 0), headerBeat.addWrap(1))),
        );
        when(abort, () => state.set(states.Flush)).elsewhen(weightFire.and(ends), () =>
          state.set(states.Weights),
        );
      },
      Weights: () => {
        when(weightBeat, () => beat.set(mux(atLast, literal(index, 0), beat.addWrap(next))));
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
    when(closesGroup.and(final.or(closes)), () => closed.set(true));
    when(closesGroup.and(io.result_fire.not()), () => inFlightCount.set(inFlightCount.addWrap(1)));
    when(io.result_fire.and(closesGroup.not()), () => inFlightCount.set(inFlightCount.subWrap(1)));
    const overdue = drained.eq(inFlight);
    when(is(states.Drain).not(), () => drained.set(0)).elsewhen(overdue.not(), () =>
      drained.set(drained.addWrap(1)),
    );

    io.busy.set(is(states.Idle).not());
    io.job.requantize.set(requantize);
    io.job.relu.set(relu);
    io.activation.tready.set(activationReady);
    io.weight.tready.set(weightReady);
    io.buffer.write.set(activationBeat);
    io.buffer.read.set(weightBeat);
    io.buffer.address.set(beat);
    io.beat.header.set(weightFire.and(is(states.Header)));
    io.beat.index.set(headerBeat);
    io.beat.first.set(beat.eq(0));
    io.beat.last.set(closesGroup);
    io.beat.final.set(final.or(closes));
    io.unpack.packed.set(packed);
    io.unpack.active.set(is(states.Load).or(is(states.Header)).or(is(states.Weights)));
    io.unpack.bytes.set(is(states.Header));
    io.unpack.end.set(is(states.Weights).and(atLast).and(final));
    io.unpack.discard.set(is(states.Flush));
    io.event.accepted.set(accepted);
    io.event.refused.set(start.and(accepted.not()));
    io.event.done.set(finished);
    io.event.aborted.set(finished.and(aborted));
    io.event.activation_framing.set(activationBeat.and(io.activation.tlast.xor(atLast)));
    io.event.weight_framing.set(weightFire.and(io.weight.tlast.xor(last.and(final))));
    io.wait.activation.set(is(states.Load).and(io.activation.tvalid.not()));
    io.wait.weight.set(weightWanted.and(io.weight.tvalid.not()));
    const stopped = is(states.Weights).and(blocked);
    io.wait.result.set(stopped.or(is(states.Drain).and(overdue)));
  },
});

export type ControllerParameters = ValuesOf<typeof controller.parameters>;
