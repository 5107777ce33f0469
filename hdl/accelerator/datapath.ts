import {
  type Bool,
  bool,
  circuit,
  concat,
  input,
  instance,
  type Module,
  module,
  output,
  queue,
  type Signal,
  sint,
  uint,
} from "@chisel-ts/core";
import { lanes } from "../lanes.ts";
import { stage } from "../stage.ts";
import { buffer } from "./buffer.ts";
import { type AcceleratorParameters, acceleratorShape, counterBits } from "./parameters.ts";
import { row } from "./row.ts";

const flag = (description: string) => input(bool(), description);

const portsOf = (parameters: AcceleratorParameters) => {
  const { x, words, width, headerBeats } = acceleratorShape(parameters);
  return {
    activation: lanes("l", parameters.lanes, () => input(sint(x), "activations on the stream")),
    weight: lanes("r", parameters.rows, (r) =>
      lanes("l", parameters.lanes, () => input(uint(8), `bytes of row ${r} on the stream`)),
    ),
    buffer: {
      write: flag("activations are taken"),
      read: flag("weights are taken"),
      address: input(uint(counterBits(words - 1)), "of the word for either"),
    },
    taken: {
      header: flag("a header beat is taken"),
      index: input(uint(counterBits(headerBeats - 1)), "which one"),
      first: flag("the weights taken are the first of a group"),
      last: flag("weights are taken, the last of a group"),
      final: flag("and of the job"),
    },
    requantize: flag("results are activations, not sums"),
    relu: flag("negative activations become 0"),
    result: {
      tvalid: output(bool(), "a group's results are offered"),
      tready: flag("they are taken at this edge"),
      tlast: output(bool(), "they are the job's last"),
      tdata: lanes("r", parameters.rows, () => output(sint(width), "sum or activation")),
    },
    invalid: output(bool(), "a NaN among the weights of a result"),
    saturated: output(bool(), "an activation among the results is saturated"),
  };
};

export type DatapathPorts = ReturnType<typeof portsOf>;

/** What the accelerator's data pass through: buffer, rows, and the queue that the results of a group enter together. */
export const datapath = (parameters: AcceleratorParameters): Module<DatapathPorts> =>
  build(parameters);

const build = circuit((parameters: AcceleratorParameters) => {
  const { width, headerBeats, latency, inFlight } = acceleratorShape(parameters);
  const { pipeline, activation, lanes: count, terms } = parameters;
  return module(
    {
      name: "accelerator_datapath",
      description: "Data path of the accelerator",
      parameters: { ...parameters, width },
      latency,
      ports: portsOf(parameters),
    },
    (io) => {
      const { requantize, relu, taken } = io;
      const { leaving } = instance("activations", buffer({ activation, lanes: count, terms }), {
        ...io.buffer,
        entering: io.activation,
      });
      // What is known of the weights taken, so many cycles later; at `pipeline + 2` their sum is complete.
      const { enable, clear, ...next } = stage("taken_1", true, {
        enable: io.buffer.read,
        clear: taken.first,
        last: taken.last,
        final: taken.final,
      });
      let ends = next;
      const copies = [ends.last];
      for (let cycle = 2; cycle <= pipeline + 1; cycle++) {
        ends = stage(`taken_${cycle}`, true, ends);
        if (cycle % 2 === 1) copies.push(ends.last);
      }
      const summed = stage(`taken_${pipeline + 2}`, true, ends);
      const scaled = stage(`taken_${pipeline + 3}`, true, summed);
      const header = Object.fromEntries(
        Array.from({ length: headerBeats }, (_, h) => [
          `h${h}`,
          taken.header.and(taken.index.eq(h)),
        ]),
      );
      const rows = Object.entries(io.weight).map(([name, weight]) =>
        instance(name, row(parameters), {
          weight,
          ...{ requantize, relu, enable, clear, header, take: io.buffer.read },
          activation: leaving,
          copy: Object.fromEntries(copies.map((copy, c) => [`c${c}`, copy])),
        }),
      );
      const any = (flags: readonly Bool[]): Bool => flags.reduce((some, one) => some.or(one));
      io.invalid.set(summed.last.and(any(rows.map((out) => out.invalid))));
      io.saturated.set(scaled.last.and(any(rows.map((out) => out.saturated))));

      const word: [Signal, ...Signal[]] = [
        scaled.final,
        ...rows.map((out) => out.result).reverse(),
      ];
      const type = uint(1 + width * rows.length);
      const { sink } = instance("results", queue({ type, depth: inFlight }), {
        source: { valid: scaled.last, bits: concat(...word) },
        sink: { ready: io.result.tready },
      });
      io.result.tvalid.set(sink.valid);
      io.result.tlast.set(sink.bits.bit(type.width - 1));
      Object.values(io.result.tdata).forEach((result, r) => {
        result.set(sink.bits.bits(width * r + width - 1, width * r).asSInt());
      });
    },
  );
});
