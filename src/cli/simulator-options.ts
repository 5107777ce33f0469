import { Option } from "commander";
import { type Engine, engines, verilatorAt } from "../../sim/index.ts";
import { UsageError } from "./errors.ts";

export interface SimulatorFlags {
  readonly engine: string;
  readonly verilator?: string;
}

/** `--verilator PROGRAM`: another Verilator than the one in WebAssembly. */
export const verilatorOption = (): Option =>
  new Option(
    "--verilator <program>",
    "installed Verilator for --engine verilator: a path, or native for the one on the PATH (default: WebAssembly)",
  );

/**
 * The engine that the flags name.
 *
 * @throws UsageError when --verilator goes with another engine.
 */
export function simulatorOf({ engine, verilator }: SimulatorFlags): Engine {
  if (verilator === undefined) return engines[engine as keyof typeof engines];
  if (engine !== "verilator")
    throw new UsageError(`--verilator goes with --engine verilator, not with --engine ${engine}`);
  return verilatorAt(verilator);
}
