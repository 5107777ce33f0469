import { accelerator } from "./accelerator/accelerator.ts";
import { acceleratorDefaults, acceleratorNames } from "./accelerator/parameters.ts";
import type { CircuitEntry } from "./catalogue.ts";
import { arrayNames, streamingArray } from "./systolic/stream/array.ts";

/** The matrix-vector accelerator, which `rf8 generate` writes with its testbench. */
export const acceleratorEntry: CircuitEntry = {
  name: "accelerator",
  description: "matrix-vector accelerator with AXI4 interfaces, with its testbench",
  parameters: acceleratorNames,
  defaults: acceleratorDefaults,
  build: accelerator,
};

/** Circuits with streams: their models are of jobs, not of cycles, so they are no rows of the catalogue. */
export const cores: readonly CircuitEntry[] = [
  acceleratorEntry,
  {
    name: "array",
    description: "systolic array with streams of weights, activations and results",
    parameters: arrayNames,
    build: streamingArray,
  },
];
