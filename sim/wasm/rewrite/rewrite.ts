// Rewrites what lanes compute so that it takes fewer vector instructions.

import type { Netlist } from "../../netlist.ts";
import { lookUpCones } from "./lookups/lookups.ts";
import { multiplyMultiples } from "./multiples/multiples.ts";

/** A netlist without memories that computes the same; slots keep their numbers. */
export const rewritten = (kernel: Netlist): Netlist => lookUpCones(multiplyMultiples(kernel));
