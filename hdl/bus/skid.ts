import {
  bool,
  circuit,
  type HardwareType,
  input,
  type Module,
  module,
  mux,
  output,
  type Port,
  register,
  uint,
  when,
} from "@chisel-ts/core";

export interface SkidPorts {
  readonly [name: string]: Port;
  readonly source_valid: Port<"input", HardwareType<"bool">>;
  readonly source_ready: Port<"output", HardwareType<"bool">>;
  readonly source_bits: Port<"input", HardwareType<"uint">>;
  readonly sink_valid: Port<"output", HardwareType<"bool">>;
  readonly sink_ready: Port<"input", HardwareType<"bool">>;
  readonly sink_bits: Port<"output", HardwareType<"uint">>;
}

/**
 * A place for a word that the sink does not take in the cycle in which it comes, so that `source_ready` is a register and
 * no path leads from the sink's ready to the source. A word that is taken at once is not delayed.
 *
 * @param width bits of a word
 */
export const skidBuffer = circuit(({ width }: { readonly width: number }): Module<SkidPorts> => {
  const ports: SkidPorts = {
    source_valid: input(bool(), "a word comes"),
    source_ready: output(bool(), "it is taken at this edge"),
    source_bits: input(uint(width), "the word"),
    sink_valid: output(bool(), "a word is offered"),
    sink_ready: input(bool(), "it is taken at this edge"),
    sink_bits: output(uint(width), "the word"),
  };
  return module(
    {
      name: "skid_buffer",
      description: "One word between a source and a sink",
      parameters: { width },
      ports,
    },
    (io) => {
      const full = register("full", bool(), { reset: 0 });
      const held = register("held", uint(width), { reset: 0 });
      io.source_ready.set(full.not());
      io.sink_valid.set(full.or(io.source_valid));
      io.sink_bits.set(mux(full.not(), io.source_bits, held));
      when(io.sink_ready, () => full.set(false)).elsewhen(full.not().and(io.source_valid), () => {
        full.set(true);
        held.set(io.source_bits);
      });
    },
  );
});
