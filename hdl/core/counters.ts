import { type Bool, bool, input, output, register, type UInt, uint, when } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { coreStates as states } from "./registers.ts";

const cycles = (what: string) => output(uint(48), `busy cycles since reset ${what}`);

const ports = {
  state: input(states.type, "of the sequencer"),
  /** In this cycle: */
  weights: input(bool(), "weights transfer"),
  loads: input(bool(), "loaded elements are written"),
  data: input(bool(), "the memory gives a beat"),
  stored: input(bool(), "the memory takes a code"),
  cycles: {
    product: cycles("in which weights transfer"),
    vector: cycles("of vector work"),
    memory: cycles("that wait for the memory"),
    sequencing: cycles("of neither"),
  },
};

/** Where the cycles of the core went: every busy one counts as exactly one of four. */
export const coreCounters = circuit({
  name: "core_counters",
  description: "Cycle counters of the decoder core",
  parameters: {},
  ports: () => ports,
  build(io) {
    const any = (...some: readonly UInt[]): Bool =>
      some.map((one) => io.state.eq(one)).reduce((all, one) => all.or(one));
    const starved = any(states.Descriptor, states.Stream, states.Rows).and(io.data.not());
    const memory = any(states.Fetch, states.Request)
      .or(starved)
      .or(any(states.Store).and(io.stored.not()));
    const vector = any(states.Pass, states.Drain, states.Scalar, states.ScalarWait, states.Element)
      .or(any(states.Store).and(io.stored))
      .or(io.loads);
    const sequencing = any(states.Idle).or(io.weights).or(memory).or(vector).not();
    const counts = { product: io.weights, vector, memory, sequencing };
    for (const name of ["product", "vector", "memory", "sequencing"] as const) {
      const counter = register(`${name}_cycles`, uint(48), { reset: 0 });
      when(counts[name], () => counter.set(counter.addWrap(1)));
      io.cycles[name].set(counter);
    }
  },
});
