import type { CircuitEntry } from "../catalogue.ts";
import { engine } from "./engine.ts";
import { engineDefaults, engineNames } from "./parameters.ts";

/** The engine as `rf8 list` and `rf8 generate` have it. Its model is of jobs, not of cycles, so it is no row of the catalogue. */
export const engineEntry: CircuitEntry = {
  name: "engine",
  description: "matrix-vector engine with AXI4 interfaces, with its testbench",
  parameters: engineNames,
  defaults: engineDefaults,
  build: engine,
};
