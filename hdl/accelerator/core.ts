import {
  type Bundle,
  bool,
  circuit,
  flip,
  input,
  instance,
  type Module,
  module,
  output,
  type Port,
  sint,
  uint,
  wire,
} from "@chisel-ts/core";
import { axiLite, axiLiteSlave } from "../bus/axi-lite.ts";
import { lanes } from "../lanes.ts";
import type { Given } from "../parameters.ts";
import { connect } from "./connect.ts";
import { controller } from "./controller.ts";
import { counters } from "./counters.ts";
import { datapath } from "./datapath.ts";
import { type AcceleratorParameters, acceleratorShape, completeAccelerator } from "./parameters.ts";
import { registers } from "./registers.ts";

/** An AXI4-Stream with some data, seen from its source: without TKEEP, TSTRB and the rest. */
export const axiStream = <D extends Port | Bundle>(tdata: D, last: string) => ({
  tvalid: output(bool(), "a beat is offered"),
  tready: input(bool(), "it is taken at this edge"),
  tdata,
  tlast: output(bool(), `it is the last ${last}`),
});

const portsOf = (parameters: AcceleratorParameters) => {
  const { x, width } = acceleratorShape(parameters);
  const { lanes: count, rows } = parameters;
  const activations = lanes("l", count, () => output(sint(x), "activation"));
  const weights = lanes("r", rows, () =>
    lanes("l", count, () => output(uint(8), "RF8 code or byte of a header")),
  );
  const results = lanes("r", rows, () => output(sint(width), "sum or activation"));
  return {
    control: axiLite,
    activation: flip(axiStream(activations, "of the job's activations")),
    weight: flip(axiStream(weights, "of the job's weights")),
    result: axiStream(results, "of the job's results"),
    irq: output(bool(), "a job has ended, and interrupts are enabled"),
  };
};

export type CorePorts = ReturnType<typeof portsOf>;

/**
 * The accelerator with a port for each activation, byte and result, which in simulation is easier and faster to
 * drive than wide data. `accelerator` is this with one port a stream.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const acceleratorCore = (
  given: Given<keyof AcceleratorParameters> = {},
): Module<CorePorts> => build(completeAccelerator(given));

const build = circuit((parameters: AcceleratorParameters) => {
  const { words, width, headerBeats, inFlight } = acceleratorShape(parameters);
  return module(
    {
      name: "accelerator_core",
      description: "Weight-streaming matrix-vector accelerator",
      parameters: { ...parameters, words, width },
      ports: portsOf(parameters),
    },
    (io) => {
      const answer = {
        write: { error: wire("write_error", bool()) },
        read: { data: wire("read_data", uint(32)), error: wire("read_error", bool()) },
      };
      const slave = instance("slave", axiLiteSlave, { axi: io.control, bus: answer });
      connect(io.control, slave.axi);

      const command = {
        ...{ start: wire("start", bool()), abort: wire("abort", bool()) },
        ...{ beats: wire("beats", uint(32)), groups: wire("groups", uint(32)) },
        ...{ requantize: wire("requantize", bool()), relu: wire("relu", bool()) },
      };
      const result_taken = wire("result_taken", bool());
      const { activation, weight } = io;
      const control = instance("controller", controller({ words, headerBeats, inFlight }), {
        ...{ command, activation, weight, result_taken },
      });
      activation.tready.set(control.activation.tready);
      weight.tready.set(control.weight.tready);

      const { buffer, taken, job, event } = control;
      const data = instance("datapath", datapath(parameters), {
        ...{ activation: activation.tdata, weight: weight.tdata, buffer, taken, ...job },
        result: { tready: io.result.tready },
      });
      connect(io.result, data.result);
      result_taken.set(data.result.tvalid.and(io.result.tready));

      const { count } = instance("counters", counters, {
        clear: event.accepted,
        event: {
          cycles: control.busy,
          activation_wait: control.wait.activation,
          weight_wait: control.wait.weight,
          result_wait: control.wait.result,
        },
      });
      const file = instance("registers", registers(parameters), {
        ...{ bus: slave.bus, busy: control.busy, accepted: event.accepted, count },
        event: { ...event, invalid: data.invalid, saturated: data.saturated },
      });
      answer.write.error.set(file.bus.write.error);
      answer.read.data.set(file.bus.read.data);
      answer.read.error.set(file.bus.read.error);
      connect(command, file.command);
      io.irq.set(file.irq);
    },
  );
});
