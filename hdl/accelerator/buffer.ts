import {
  bool,
  circuit,
  concat,
  input,
  type Module,
  memory,
  module,
  output,
  type Signal,
  sint,
  uint,
} from "@chisel-ts/core";
import { lanes } from "../lanes.ts";
import { type AcceleratorParameters, acceleratorShape, counterBits } from "./parameters.ts";

type BufferParameters = Pick<AcceleratorParameters, "activation" | "lanes" | "terms">;

const portsOf = (parameters: BufferParameters) => {
  const { x, words } = acceleratorShape({ ...parameters, rows: 1, pipeline: 0 });
  return {
    write: input(bool(), "the word is written at this edge"),
    read: input(bool(), "the word is read at this edge"),
    address: input(uint(counterBits(words - 1)), "of the word"),
    entering: lanes("l", parameters.lanes, () => input(sint(x), "to write")),
    leaving: lanes("l", parameters.lanes, () => output(sint(x), "the word last read")),
  };
};

export type BufferPorts = ReturnType<typeof portsOf>;

/**
 * The activation buffer: a word of `lanes` activations is written or read at an edge, never both. The memory is as deep as
 * its address reaches, since a check of the address costs more.
 */
export const buffer = ({ activation, lanes, terms }: BufferParameters): Module<BufferPorts> =>
  build({ activation, lanes, terms });

const build = circuit((parameters: BufferParameters) => {
  const { x, words } = acceleratorShape({ ...parameters, rows: 1, pipeline: 0 });
  return module(
    {
      name: "activation_buffer",
      description: "Activation buffer of the accelerator",
      parameters: { ...parameters, words },
      latency: 1,
      ports: portsOf(parameters),
    },
    (io) => {
      const [first, ...others] = Object.values(io.entering).reverse();
      if (!first) return;
      const word: readonly [Signal, ...Signal[]] = [first, ...others];
      const store = memory("words", {
        ...{ depth: 2 ** io.address.width, type: uint(x * parameters.lanes) },
        collision: "never",
      });
      store.write(io.address, concat(...word), io.write);
      const read = store.read("word", io.address, io.read);
      Object.values(io.leaving).forEach((lane, l) => {
        lane.set(read.bits(x * l + x - 1, x * l).asSInt());
      });
    },
  );
});
