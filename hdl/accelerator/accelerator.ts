import {
  bool,
  circuit,
  concat,
  connect,
  flip,
  instance,
  type Module,
  module,
  output,
  uint,
} from "@chisel-ts/core";
import { axiLite } from "../bus/axi-lite.ts";
import { axiStreamWithLast } from "../bus/axi-stream.ts";
import type { Given } from "../parameters.ts";
import { slices } from "../tabulate.ts";
import { acceleratorCore } from "./core.ts";
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
  const bytes = "weights or header bytes, row 0 and lane 0 in the lowest bits";
  return {
    control: axiLite,
    activation: flip(
      axiStreamWithLast(
        "activation",
        data(x * lanes, "signed activations, lane 0 in the lowest bits"),
      ),
    ),
    weight: flip(axiStreamWithLast("weight", data(8 * lanes * rows, bytes))),
    result: axiStreamWithLast(
      "result",
      data(resultBits * rows, "results, row 0 in the lowest bits"),
    ),
    irq: output(bool(), "interrupt: a job has ended, and interrupts are enabled"),
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
  const { words, width } = acceleratorShape(parameters);
  return module(
    {
      name: "accelerator",
      description: "Weight-streaming RF8 matrix-vector accelerator with AXI4 interfaces",
      parameters: { ...parameters, words, width },
      ports: portsOf(parameters),
    },
    (io) => {
      const { control, activation, weight, result } = io;
      const { lanes, rows } = parameters;
      const core = instance("core", acceleratorCore(parameters), {
        control,
        activation: {
          tvalid: activation.tvalid,
          tlast: activation.tlast,
          tdata: slices(activation.tdata, lanes).map((lane) => lane.asSInt()),
        },
        weight: {
          tvalid: weight.tvalid,
          tlast: weight.tlast,
          tdata: slices(weight.tdata, rows).map((row) => slices(row, lanes)),
        },
        result: { tready: result.tready },
      });
      const results = core.result.tdata.map((sum) => sum.extend(resultBits));
      connect(control, core.control);
      activation.tready.set(core.activation.tready);
      weight.tready.set(core.weight.tready);
      connect(result, { ...core.result, tdata: concat(...results.reverse()) });
      io.irq.set(core.irq);
    },
  );
});
