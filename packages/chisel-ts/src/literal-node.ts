import type { Node } from "./ir.ts";
import { Location } from "./location.ts";
import { constant } from "./operate.ts";
import { type HardwareType, toBits } from "./types.ts";

/** A constant of a type. @param target what it is for, which the message names. @throws CircuitError when it does not fit. */
export function literalNode(
  type: HardwareType,
  value: number | bigint | boolean,
  target?: string,
): Node {
  const location = Location.capture();
  return constant(type.width, toBits(type, value, target, location), location);
}
