import type { SInt } from "@chisel-ts/core";
import { prefixAdder } from "./prefix.ts";
import { brentKung, koggeStone, sklansky } from "./prefix-networks.ts";
import { rippleAdder } from "./ripple.ts";

/**
 * Adders of two numbers of one width, modulo 2^width. `operator` is Verilog's `+`, which synthesis writes as it
 * likes.
 */
export const adders = {
  operator: (a: SInt, b: SInt): SInt => a.addWrap(b),
  ripple: rippleAdder,
  sklansky: prefixAdder(sklansky),
  "kogge-stone": prefixAdder(koggeStone),
  "brent-kung": prefixAdder(brentKung),
} as const;

export type Adder = keyof typeof adders;
