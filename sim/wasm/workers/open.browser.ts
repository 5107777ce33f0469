// Stands in for open.ts in a browser, whose pages have one thread.

import type { StateBackend } from "../../backend.ts";
import { type Shared, WasmBackend } from "../backend.ts";

export const openBackend = (shared: Shared): StateBackend => new WasmBackend(shared);
