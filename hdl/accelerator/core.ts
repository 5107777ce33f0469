import { bool, connect, flip, instance, output, sint, uint, vec, wire } from "@chisel-ts/core";
import { axiLite, axiLiteSlave } from "../bus/axi-lite.ts";
import { axiStreamWithLast } from "../bus/axi-stream.ts";
import { circuit } from "../circuit.ts";
import { controller } from "./controller.ts";
import { counters } from "./counters.ts";
import { datapath } from "./datapath.ts";
import {
  acceleratorParameters,
  acceleratorShape,
  baselineParameters,
  checkPalette,
  listedShape,
} from "./parameters.ts";
import { registers } from "./registers.ts";
import { unpacked } from "./unpack.ts";

/**
 * The accelerator with a port for each activation, byte and result, which in simulation is easier and faster to
 * drive than wide data. `accelerator` is this with one port a stream.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const acceleratorCore = circuit({
  name: "accelerator_core",
  description: "Weight-streaming matrix-vector accelerator",
  parameters: { ...acceleratorParameters, ...baselineParameters },
  check: checkPalette,
  derived: listedShape,
  ports(parameters) {
    const { x, width } = acceleratorShape(parameters);
    const { lanes, rows } = parameters;
    const activations = vec(lanes, (l) => output(sint(x), `signed activation of lane ${l}`));
    const weights = vec(rows, (r) =>
      vec(lanes, (l) => output(uint(8), `weight or header byte of row ${r}, lane ${l}`)),
    );
    const results = vec(rows, (r) => output(sint(width), `result of row ${r}: sum or activation`));
    return {
      control: axiLite,
      activation: flip(axiStreamWithLast("activation", activations)),
      weight: flip(axiStreamWithLast("weight", weights)),
      result: axiStreamWithLast("result", results),
      irq: output(bool(), "interrupt: a job has ended, and interrupts are enabled"),
    };
  },
  build(io, parameters) {
    const { words, headerBeats, inFlight } = acceleratorShape(parameters);
    const { activation, weight, result } = io;
    const answer = wire("bus", {
      write: { error: bool() },
      read: { data: uint(32), error: bool() },
    });
    const slave = instance("slave", axiLiteSlave(), { axi: io.control, bus: answer });
    connect(io.control, slave.axi);

    const command = wire("command", {
      start: bool(),
      abort: bool(),
      beats: uint(32),
      groups: uint(32),
      requantize: bool(),
      relu: bool(),
      packed: bool(),
    });
    const result_fire = wire("result_fire", bool());
    const unpack = wire("unpack", {
      packed: bool(),
      active: bool(),
      bytes: bool(),
      end: bool(),
      discard: bool(),
    });
    const weight_ready = wire("weight_ready", bool());
    const decoded = unpacked(parameters, weight, unpack, weight_ready);
    const control = instance("controller", controller({ words, headerBeats, inFlight }), {
      command,
      activation,
      weight: { tvalid: decoded.tvalid, tlast: decoded.tlast },
      result_fire,
    });
    activation.tready.set(control.activation.tready);
    weight.tready.set(decoded.tready);
    weight_ready.set(control.weight.tready);
    connect(unpack, control.unpack);

    const data = instance("datapath", datapath(datapath.pick(parameters)), {
      activation: activation.tdata,
      weight: decoded.tdata,
      buffer: control.buffer,
      beat: control.beat,
      requantize: control.job.requantize,
      relu: control.job.relu,
      result: { tready: result.tready },
    });
    connect(result, data.result);
    result_fire.set(data.result.tvalid.and(result.tready));

    const { accepted, ...events } = control.event;
    const { count } = instance("counters", counters(), {
      clear: accepted,
      event: {
        cycles: control.busy,
        activation_wait: control.wait.activation,
        weight_wait: control.wait.weight,
        result_wait: control.wait.result,
      },
    });
    const file = instance("registers", registers(registers.pick(parameters)), {
      bus: slave.bus,
      busy: control.busy,
      accepted,
      count,
      event: { ...events, invalid: data.invalid, saturated: data.saturated },
    });
    connect(answer, file.bus);
    connect(command, file.command);
    io.irq.set(file.irq);
  },
});
