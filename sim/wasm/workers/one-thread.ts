// Opens designs and lanes for one thread.

import type { ir } from "@chisel-ts/core";
import type { StateBackend } from "../../backend.ts";
import { type Shared, WasmBackend } from "../backend.ts";
import type { Code } from "../encoder.ts";
import { allocate, compiled, instantiate } from "../instance.ts";
import type { LaneFunctions, Loaded } from "../lanes.ts";

/** How an engine opens what it has planned. */
export interface Opening {
  /** A running design. @param made milliseconds that it took to plan it. */
  backend(shared: Shared, made: number): StateBackend;
  /** The code of lanes on a memory of so many bytes. */
  lanes(module: ir.ModuleIr, code: readonly Code[], bytes: number): Loaded;
}

export const oneThread: Opening = {
  backend: (shared) => new WasmBackend(shared),
  lanes(module, code, bytes) {
    const memory = allocate(bytes);
    const { exports } = instantiate(compiled(module, code), memory);
    return { functions: exports as LaneFunctions, memory };
  },
};
