import * as functions from "cephes";
import type { Cephes } from "./cephes-functions.ts";

// A browser compiles while functions are called already.
await functions.compiled;

export const cephes: Cephes = functions;
