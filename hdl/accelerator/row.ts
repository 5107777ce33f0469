import {
  bool,
  concat,
  input,
  instance,
  output,
  register,
  registered,
  sint,
  type UInt,
  uint,
  unused,
  vec,
  when,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { dot } from "../dot.ts";
import { acceleratorShape, baselineParameters, datapathParameters } from "./parameters.ts";
import { biasBits, requantize } from "./requantize.ts";

/** Bits of each byte of a header that are stored: a bias, a shift and a residual. */
const headerBits = [8, 8, 8, 8, 8, 8, 6, 3] as const;

/**
 * Copies of a row's parameters behind the ones that a header writes. A group with a header takes two beats or
 * more, so a copy stands for two cycles at least, and each one more makes up for two cycles of pipeline.
 */
export const parameterCopies = (pipeline: number): number => 1 + Math.floor(pipeline / 2);

const { activation, lanes, terms, pipeline } = datapathParameters;

/**
 * One row of the accelerator: its weights and parameters, its dot-product unit and its requantizer. The accelerator has RF8
 * weights; a row of another format is the baseline that it is compared with.
 */
export const row = circuit({
  name: "accelerator_row",
  description: "One row of the accelerator: dot-product unit and requantizer",
  parameters: { ...baselineParameters, activation, lanes, terms, pipeline },
  derived: (all) => ({ width: acceleratorShape(all).width }),
  ports(all) {
    const { lanes, pipeline } = all;
    const { x, width, headerBeats } = acceleratorShape(all);
    return {
      weight: vec(lanes, (l) => input(uint(8), `weight or header byte of lane ${l} on the stream`)),
      header: vec(headerBeats, (h) => input(bool(), `header beat ${h} transfers: store its bytes`)),
      load: input(bool(), "a weight beat transfers: store the weights"),
      activation: vec(lanes, (l) =>
        input(sint(x), `activation of lane ${l} for the stored weights`),
      ),
      enable: input(bool(), "accumulate the products of the stored weights"),
      clear: input(bool(), "with enable: start the sum of a new group"),
      copy: vec(parameterCopies(pipeline), (c) =>
        input(bool(), `the last weights of a group transferred ${1 + 2 * c} cycles ago`),
      ),
      requantize: input(bool(), "mode of the job: the result is an activation, not the sum"),
      relu: input(bool(), "mode of the job: negative activations become 0"),
      result: output(sint(width), "sum or activation"),
      invalid: output(bool(), "a weight of the sum is NaN"),
      saturated: output(bool(), "the activation is saturated"),
    };
  },
  build(io, all) {
    const { lanes, activation } = all;
    const { words, width } = acceleratorShape(all);
    const { sum, invalid, overflow } = instance(
      "unit",
      dot(dot.pick({ ...all, accumulator: "exact", overflow: "wrap", terms: words * lanes })),
      {
        weight: registered("weight_held", io.weight, io.load),
        activation: io.activation,
        enable: io.enable,
        clear: io.clear,
      },
    );
    // The accumulator holds whatever fits the buffer.
    unused(overflow);

    const bytes = headerBits.map((bits, index) => {
      const byte = register(`parameter_${index}`, uint(bits), { reset: 0 });
      const code = io.weight.at(index % lanes);
      when(io.header.at(Math.floor(index / lanes)), () => byte.set(code.truncate(bits)));
      return byte;
    });
    const word = io.copy.reduce<UInt>(
      (before, now, c) => registered(`parameters_${c}`, before, now),
      concat(bytes.reverse()),
    );
    const out = instance("requantizer", requantize({ width, activation }), {
      sum,
      bias: word.bits(biasBits - 1, 0).asSInt(),
      shift: word.bits(biasBits + 5, biasBits),
      residual: word.bits(biasBits + 8, biasBits + 6),
      requantize: io.requantize,
      relu: io.relu,
    });
    io.result.set(out.result);
    io.invalid.set(invalid);
    io.saturated.set(out.saturated);
  },
});
