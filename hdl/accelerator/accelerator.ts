import { bool, concat, connect, flip, instance, output, uint } from "@chisel-ts/core";
import { axiLite } from "../bus/axi-lite.ts";
import { axiStreamWithLast } from "../bus/axi-stream.ts";
import { circuit } from "../circuit.ts";
import { slices, tabulate } from "../tabulate.ts";
import { acceleratorCore } from "./core.ts";
import {
  acceleratorParameters,
  acceleratorShape,
  checkPalette,
  listedShape,
  resultBits,
} from "./parameters.ts";

/**
 * A weight-streaming matrix-vector accelerator: `rows` × `lanes` RF8 products a cycle, with three AXI4-Streams and an
 * AXI4-Lite slave. docs/accelerator.md describes its streams, registers and cycles.
 *
 * @throws CircuitError for a parameter out of range.
 *
 * @example
 * console.log(accelerator({ rows: 2, lanes: 4 }).inputs.length > 0); // true
 */
export const accelerator = circuit({
  name: "accelerator",
  description: "matrix-vector accelerator with AXI4 interfaces, with its testbench",
  headline: () => "Weight-streaming RF8 matrix-vector accelerator with AXI4 interfaces",
  parameters: acceleratorParameters,
  check: checkPalette,
  derived: listedShape,
  ports(parameters) {
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
  },
  build(io, parameters) {
    const { control, activation, weight, result } = io;
    const { lanes, rows } = parameters;
    const bytes = slices(weight.tdata, rows * lanes);
    const core = instance("core", acceleratorCore(accelerator.pick(parameters)), {
      control,
      activation: {
        tvalid: activation.tvalid,
        tlast: activation.tlast,
        tdata: slices(activation.tdata, lanes).map((lane) => lane.asSInt()),
      },
      weight: {
        tvalid: weight.tvalid,
        tlast: weight.tlast,
        tdata: tabulate(rows, (r) => bytes.slice(lanes * r, lanes * r + lanes)),
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
});
