import { arrayNames, streamingArray } from "./array/array.ts";
import type { CircuitEntry } from "./catalogue.ts";
import { engine } from "./engine/engine.ts";
import { engineDefaults, engineNames } from "./engine/parameters.ts";

/** The matrix-vector engine, which `rf8 generate` writes with its testbench. */
export const engineEntry: CircuitEntry = {
  name: "engine",
  description: "matrix-vector engine with AXI4 interfaces, with its testbench",
  parameters: engineNames,
  defaults: engineDefaults,
  build: engine,
};

/** Circuits with streams: their models are of jobs, not of cycles, so they are no rows of the catalogue. */
export const cores: readonly CircuitEntry[] = [
  engineEntry,
  {
    name: "array",
    description: "systolic array with streams of weights, activations and results",
    parameters: arrayNames,
    build: streamingArray,
  },
];
