import { driver } from "./driver.ts";
import type { Files } from "./files.ts";
import type { ModelInterface } from "./interface.ts";
import { wrapper } from "./wrapper.ts";

/** What is built around a design to make a model of it, by WebAssembly's tools or by native ones. */
export interface ModelSources {
  /** The design's files, and a wrapper of fixed port names. */
  readonly verilog: Files;
  /** The wrapper's module: Verilator's top. */
  readonly top: string;
  /** The C++ class that the driver expects of Verilator's `--prefix`. */
  readonly prefix: string;
  /** C++ with the functions `open_model`, `alloc`, `release`, `step` and `run`, in C's linkage. */
  readonly driver: string;
  /** Verilator's options that give every model the same behaviour. */
  readonly options: readonly string[];
}

const prefix = "Vmodel";

/** Undriven power-up state is 0; warnings do not stop a simulation, `lint` reports them. */
const options = ["-O3", "--x-assign", "0", "--x-initial", "0", "-Wno-fatal", "-Wno-lint"];

/**
 * The sources of a model.
 *
 * @param files the design's Verilog by relative path.
 * @param model the ports to drive and to read.
 * @example
 * const { verilog, top, prefix, driver } = modelSources({ "inverter.v": text }, ports);
 */
export function modelSources(files: Files, model: ModelInterface): ModelSources {
  const around = wrapper(files, model);
  return {
    verilog: { ...files, [`${around.name}.v`]: around.text },
    top: around.name,
    prefix,
    driver: driver(model, prefix),
    options,
  };
}
