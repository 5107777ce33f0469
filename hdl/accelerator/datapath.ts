import {
  at,
  type Bool,
  bitsFor,
  bool,
  input,
  instance,
  output,
  queue,
  registered,
  sint,
  uint,
  type Vec,
  vec,
} from "@chisel-ts/core";
import { axiStreamWithLast } from "../bus/axi-stream.ts";
import { circuit } from "../circuit.ts";
import { tabulate } from "../tabulate.ts";
import { buffer } from "./buffer.ts";
import { acceleratorShape, baselineParameters, datapathParameters } from "./parameters.ts";
import { parameterCopies, row } from "./row.ts";

/** What the accelerator's data pass through: buffer, rows, and the queue that the results of a group enter together. */
export const datapath = circuit({
  name: "accelerator_datapath",
  description: "Data path of the accelerator",
  parameters: { ...datapathParameters, ...baselineParameters },
  derived: (all) => ({ width: acceleratorShape(all).width }),
  latency: (all) => acceleratorShape(all).latency,
  ports(parameters) {
    const { x, words, width, headerBeats } = acceleratorShape(parameters);
    const { lanes, rows } = parameters;
    return {
      activation: vec(lanes, (l) => input(sint(x), `activation of lane ${l} on the stream`)),
      weight: vec(rows, (r) =>
        vec(lanes, (l) =>
          input(uint(8), `weight or header byte of row ${r}, lane ${l}, on the stream`),
        ),
      ),
      buffer: {
        write: input(bool(), "write the activation beat to the buffer"),
        read: input(bool(), "read the buffer for the weight beat"),
        address: input(uint(bitsFor(words - 1)), "address in the activation buffer"),
      },
      beat: {
        header: input(bool(), "a header beat transfers"),
        index: input(uint(bitsFor(headerBeats - 1)), "index of the header beat in its group"),
        first: input(bool(), "the weight beat is the first of its group"),
        last: input(bool(), "the last weight beat of a group transfers"),
        final: input(bool(), "with beat_last: its result is the last of the job"),
      },
      requantize: input(bool(), "mode of the job: results are activations, not sums"),
      relu: input(bool(), "mode of the job: negative activations become 0"),
      result: axiStreamWithLast(
        "result",
        vec(rows, (r) => output(sint(width), `result of row ${r}: sum or activation`)),
      ),
      invalid: output(bool(), "a weight of the group that enters the result queue is NaN"),
      saturated: output(bool(), "an activation that enters the result queue is saturated"),
    };
  },
  build(io, parameters) {
    const { width, headerBeats, inFlight } = acceleratorShape(parameters);
    const { pipeline } = parameters;
    const unit = row(row.pick(parameters));
    const { requantize, relu, beat } = io;
    const { read_data } = instance("activations", buffer(buffer.pick(parameters)), {
      ...io.buffer,
      write_data: io.activation,
    });
    // What is known of the weight beat, each cycle later; after `pipeline + 2` its sum is complete.
    const { enable, clear, ...ends } = registered("stage_1", {
      enable: io.buffer.read,
      clear: beat.first,
      last: beat.last,
      final: beat.final,
    });
    const stages = [ends];
    for (let cycle = 2; cycle <= pipeline + 3; cycle++)
      stages.push(registered(`stage_${cycle}`, at(stages, cycle - 2)));
    const [summed, scaled] = [at(stages, pipeline + 1), at(stages, pipeline + 2)];
    const header = tabulate(headerBeats, (h) => beat.header.and(beat.index.eq(h)));
    const copy = tabulate(parameterCopies(pipeline), (c) => at(stages, 2 * c).last);
    const rows = io.weight.map((weight, r) =>
      instance(`r${r}`, unit, {
        weight,
        header,
        load: io.buffer.read,
        activation: read_data,
        enable,
        clear,
        copy,
        requantize,
        relu,
      }),
    );
    const any = (flags: Vec<Bool>): Bool => flags.reduceTree((a, b) => a.or(b));
    io.invalid.set(summed.last.and(any(rows.map((out) => out.invalid))));
    io.saturated.set(scaled.last.and(any(rows.map((out) => out.saturated))));

    const type = { result: vec(rows.length, sint(width)), final: bool() };
    const { sink } = instance("results", queue({ type, depth: inFlight }), {
      source: {
        valid: scaled.last,
        bits: { result: rows.map((out) => out.result), final: scaled.final },
      },
      sink: { ready: io.result.tready },
    });
    io.result.tvalid.set(sink.valid);
    io.result.tlast.set(sink.bits.final);
    io.result.tdata.set(sink.bits.result);
  },
});
