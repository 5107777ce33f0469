import type { Node } from "./ir.ts";
import { constant, operate, slice } from "./operate.ts";

/** Bits of the longest distance that is handed to tools as it is; Verilator gets longer ones wrong. */
const longest = 32;

/** The distance of a shift of `width` bits: where it is long, all that move everything out are one. */
export function distanceOf(width: number, by: Node): Node {
  if (by.width <= longest) return by;
  const enough = width.toString(2).length;
  const isFar = operate("reduceOr", [slice(by, by.width - 1, enough)]);
  return operate("mux", [
    isFar,
    constant(enough, (1n << BigInt(enough)) - 1n),
    slice(by, enough - 1, 0),
  ]);
}
