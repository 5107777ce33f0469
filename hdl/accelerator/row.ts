import {
  bool,
  circuit,
  concat,
  type HardwareType,
  input,
  instance,
  type Module,
  module,
  output,
  type Port,
  register,
  sint,
  type UInt,
  uint,
  unused,
  when,
} from "@chisel-ts/core";
import { dot } from "../dot.ts";
import { type Lanes, lanes } from "../lanes.ts";
import { type AcceleratorParameters, acceleratorShape, parameterBytes } from "./parameters.ts";
import { biasBits, requantize } from "./requantize.ts";

export interface RowPorts {
  readonly [name: string]: Port | Lanes<"input", "uint" | "sint" | "bool">;
  readonly weight: Lanes<"input", "uint">;
  readonly header: Lanes<"input", "bool">;
  readonly take: Port<"input", HardwareType<"bool">>;
  readonly activation: Lanes<"input", "sint">;
  readonly enable: Port<"input", HardwareType<"bool">>;
  readonly clear: Port<"input", HardwareType<"bool">>;
  readonly copy: Lanes<"input", "bool">;
  readonly requantize: Port<"input", HardwareType<"bool">>;
  readonly relu: Port<"input", HardwareType<"bool">>;
  readonly result: Port<"output", HardwareType<"sint">>;
  readonly invalid: Port<"output", HardwareType<"bool">>;
  readonly saturated: Port<"output", HardwareType<"bool">>;
}

/**
 * Copies of a row's parameters behind the ones that a header writes. A group with a header takes two beats or
 * more, so a copy stands for two cycles at least, and each one more makes up for two cycles of pipeline.
 */
export const parameterCopies = (pipeline: number): number => 1 + Math.floor(pipeline / 2);

/** One row of the accelerator: its weights and parameters, its dot-product unit and its requantizer. */
export const row = (parameters: AcceleratorParameters): Module<RowPorts> => build(parameters);

const build = circuit((parameters: AcceleratorParameters) => {
  const { activation, lanes: count, rows: _, ...others } = parameters;
  const { x, words, width, headerBeats } = acceleratorShape(parameters);
  const ports: RowPorts = {
    weight: lanes("l", count, () => input(uint(8), "on the stream: RF8 code or byte of a header")),
    header: lanes("h", headerBeats, (h) => input(bool(), `they are header beat ${h}`)),
    take: input(bool(), "they are weights"),
    activation: lanes("l", count, () => input(sint(x), "of the weights taken a cycle ago")),
    enable: input(bool(), "weights were taken a cycle ago"),
    clear: input(bool(), "with enable: the first of a group"),
    copy: lanes("c", parameterCopies(others.pipeline), (c) =>
      input(bool(), `the last of a group were taken ${1 + 2 * c} cycles ago`),
    ),
    requantize: input(bool(), "the result is an activation, not the sum"),
    relu: input(bool(), "negative activations become 0"),
    result: output(sint(width), "sum or activation"),
    invalid: output(bool(), "a weight of the sum was NaN"),
    saturated: output(bool(), "no activation holds the value"),
  };
  return module(
    {
      name: "accelerator_row",
      description: "One row of the accelerator: dot-product unit and requantizer",
      parameters: { activation, lanes: count, ...others, width },
      ports,
    },
    (io) => {
      const weight = Object.fromEntries(
        Object.entries(io.weight).map(([lane, code]) => {
          const taken = register(`weight_taken_${lane}`, uint(8), { reset: 0 });
          when(io.take, () => taken.set(code));
          return [lane, taken];
        }),
      );
      const { sum, invalid, overflow } = instance(
        "unit",
        dot({ ...others, activation, lanes: count, terms: words * count }),
        { weight, activation: io.activation, enable: io.enable, clear: io.clear },
      );
      // The accumulator holds whatever fits the buffer.
      unused(overflow);

      const bytes = Array.from({ length: parameterBytes }, (_, index) => {
        const bits = [8, 8, 8, 8, 8, 8, 6, 3][index] ?? 8;
        const byte = register(`parameter_${index}`, uint(bits), { reset: 0 });
        const [code, present] = [
          io.weight[`l${index % count}`],
          io.header[`h${Math.floor(index / count)}`],
        ];
        if (code && present) when(present, () => byte.set(code.truncate(bits)));
        return byte;
      });
      const [first, ...rest] = [...bytes].reverse();
      if (!first) return;
      let word: UInt = concat(first, ...rest);
      for (const [copy, now] of Object.entries(io.copy)) {
        const copied = register(`parameters_${copy}`, uint(word.width), { reset: 0 });
        const before = word;
        when(now, () => copied.set(before));
        word = copied;
      }
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
  );
});
