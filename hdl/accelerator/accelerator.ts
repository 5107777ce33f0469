import {
  bool,
  circuit,
  concat,
  flip,
  instance,
  type Module,
  module,
  output,
  type Signal,
  uint,
} from "@chisel-ts/core";
import { axiLite } from "../bus/axi-lite.ts";
import type { Given } from "../parameters.ts";
import { connect } from "./connect.ts";
import { acceleratorCore, axiStream } from "./core.ts";
import {
  type AcceleratorParameters,
  acceleratorShape,
  completeAccelerator,
  resultBits,
} from "./parameters.ts";

const portsOf = (parameters: AcceleratorParameters) => {
  const { x } = acceleratorShape(parameters);
  const { lanes, rows } = parameters;
  const data = (bits: number, description: string) => output(uint(bits), description);
  return {
    control: axiLite,
    activation: flip(
      axiStream(data(x * lanes, "activations, lane 0 lowest"), "of the job's activations"),
    ),
    weight: flip(
      axiStream(data(8 * lanes * rows, "bytes, row 0 and lane 0 lowest"), "of the job's weights"),
    ),
    result: axiStream(data(resultBits * rows, "results, row 0 lowest"), "of the job's results"),
    irq: output(bool(), "a job has ended, and interrupts are enabled"),
  };
};

export type AcceleratorPorts = ReturnType<typeof portsOf>;

/**
 * A weight-streaming matrix-vector accelerator: `rows` × `lanes` RF8 products a cycle, with three AXI4-Streams and an
 * AXI4-Lite slave. docs/accelerator.md describes its streams, registers and cycles.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const accelerator = (
  given: Given<keyof AcceleratorParameters> = {},
): Module<AcceleratorPorts> => build(completeAccelerator(given));

const build = circuit((parameters: AcceleratorParameters) => {
  const { x, words, width } = acceleratorShape(parameters);
  return module(
    {
      name: "accelerator",
      description: "Weight-streaming RF8 matrix-vector accelerator with AXI4 interfaces",
      parameters: { ...parameters, words, width },
      ports: portsOf(parameters),
    },
    (io) => {
      const { control, activation, weight, result } = io;
      const parts = <T>(letter: string, count: number, of: (index: number) => T) =>
        Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`${letter}${index}`, of(index)]),
        );
      const byte = (index: number) => weight.tdata.bits(8 * index + 7, 8 * index);
      const core = instance("core", acceleratorCore(parameters), {
        control,
        activation: {
          ...{ tvalid: activation.tvalid, tlast: activation.tlast },
          tdata: parts("l", parameters.lanes, (l) =>
            activation.tdata.bits(x * l + x - 1, x * l).asSInt(),
          ),
        },
        weight: {
          ...{ tvalid: weight.tvalid, tlast: weight.tlast },
          tdata: parts("r", parameters.rows, (r) =>
            parts("l", parameters.lanes, (l) => byte(parameters.lanes * r + l)),
          ),
        },
        result: { tready: result.tready },
      });
      connect(control, core.control);
      activation.tready.set(core.activation.tready);
      weight.tready.set(core.weight.tready);
      const results = Object.values(core.result.tdata).map((one) => one.extend(resultBits));
      const [highest, ...others] = results.reverse();
      if (!highest) return;
      const word: readonly [Signal, ...Signal[]] = [highest, ...others];
      result.tdata.set(concat(...word));
      result.tvalid.set(core.result.tvalid);
      result.tlast.set(core.result.tlast);
      io.irq.set(core.irq);
    },
  );
});
