import * as functions from "cephes";
import type { Cephes } from "./special-functions.ts";

// A browser compiles while functions are called already.
await functions.compiled;

export const cephes: Cephes = functions;
