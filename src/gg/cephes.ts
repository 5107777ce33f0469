import { createRequire } from "node:module";
import type { Cephes } from "./cephes-functions.ts";

// Its ES module compiles while functions are called already; the CommonJS one is ready when it is loaded.
export const cephes: Cephes = createRequire(import.meta.url)("cephes");
