// Stands in for external.ts in a browser, where `open` of these engines throws.

import { EngineUnavailableError } from "../tools/unavailable.ts";
import type { Engine } from "./engine.ts";

/** A browser starts no program. */
const absent = (name: string): Engine => ({
  name,
  open() {
    throw new EngineUnavailableError(
      `the engine ${name} runs in Node; a browser has wasm and interpreter`,
    );
  },
});

export const icarus = absent("icarus");
export const verilator = absent("verilator");
export const verilatorAt = (_program: string): Engine => verilator;
