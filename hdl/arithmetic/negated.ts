import { literal, type SInt, sint } from "@chisel-ts/core";
import { type Adder, adders } from "./adder/adders.ts";

/** −x, exactly: one bit wider. Where the adder is ours, it adds one to the complement. */
export function negated(x: SInt, adder: Adder): SInt {
  if (adder === "operator") return x.negate();
  const wide = x.extend(x.width + 1);
  return adders[adder](wide.not(), literal(sint(wide.width), 1));
}
