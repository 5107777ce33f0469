import {
  bitsFor,
  bool,
  circuit,
  concat,
  input,
  memory,
  module,
  output,
  sint,
  uint,
  vec,
} from "@chisel-ts/core";
import { slices } from "../tabulate.ts";
import { type AcceleratorParameters, acceleratorShape } from "./parameters.ts";

type BufferParameters = Pick<AcceleratorParameters, "activation" | "lanes" | "terms">;

const portsOf = (parameters: BufferParameters) => {
  const { x, words } = acceleratorShape({ ...parameters, rows: 1, pipeline: 0 });
  const each = sint(x);
  return {
    write: input(bool(), "write write_data to the word at address"),
    read: input(bool(), "read the word at address into read_data"),
    address: input(uint(bitsFor(words - 1)), "address of the word to write or read"),
    write_data: vec(parameters.lanes, (l) => input(each, `activation to write, lane ${l}`)),
    read_data: vec(parameters.lanes, (l) => output(each, `activation of the last read, lane ${l}`)),
  };
};

export type BufferPorts = ReturnType<typeof portsOf>;

/**
 * The activation buffer: a word of `lanes` activations is written or read in a cycle, never both. The memory is as deep as
 * its address reaches, since a check of the address costs more.
 */
export const buffer = ({ activation, lanes, terms }: BufferParameters) =>
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
      const store = memory("words", {
        depth: 2 ** io.address.width,
        type: uint(x * parameters.lanes),
        collision: "never",
      });
      store.write(io.address, concat(...io.write_data.reverse()), io.write);
      const word = store.read("word", io.address, io.read);
      io.read_data.set(slices(word, parameters.lanes).map((lane) => lane.asSInt()));
    },
  );
});
