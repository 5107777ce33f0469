import { bitsFor, bool, concat, input, memory, output, sint, uint, vec } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { activationBits } from "../parameters.ts";
import { slices } from "../tabulate.ts";
import { datapathParameters } from "./parameters.ts";

const { activation, lanes, terms } = datapathParameters;

/**
 * The activation buffer: a word of `lanes` activations is written or read in a cycle, never both. The memory is as deep as
 * its address reaches, since a check of the address costs more.
 */
export const buffer = circuit({
  name: "activation_buffer",
  description: "Activation buffer of the accelerator",
  parameters: { activation, lanes, terms },
  derived: ({ lanes, terms }) => ({ words: Math.ceil(terms / lanes) }),
  latency: () => 1,
  ports({ activation, lanes, words }) {
    const each = sint(activationBits(activation));
    return {
      write: input(bool(), "write write_data to the word at address"),
      read: input(bool(), "read the word at address into read_data"),
      address: input(uint(bitsFor(words - 1)), "address of the word to write or read"),
      write_data: vec(lanes, (l) => input(each, `activation to write, lane ${l}`)),
      read_data: vec(lanes, (l) => output(each, `activation of the last read, lane ${l}`)),
    };
  },
  build(io, { activation, lanes }) {
    const store = memory("words", {
      depth: 2 ** io.address.width,
      type: uint(activationBits(activation) * lanes),
      collision: "never",
    });
    store.write(io.address, concat(...io.write_data.reverse()), io.write);
    const word = store.read("word", io.address, io.read);
    io.read_data.set(slices(word, lanes).map((lane) => lane.asSInt()));
  },
});
