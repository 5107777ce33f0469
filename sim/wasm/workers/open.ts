// Opens a design for two threads, where the machine has them.

import { availableParallelism } from "#host/tools/threads";
import type { StateBackend } from "../../backend.ts";
import { type Shared, WasmBackend } from "../backend.ts";
import { measured, ThreadedBackend } from "./backend.ts";

/** A running design. @param made milliseconds that it took to plan it. */
export const openBackend = (shared: Shared, made: number): StateBackend =>
  availableParallelism() > 1
    ? new ThreadedBackend(shared, measured(made))
    : new WasmBackend(shared);
