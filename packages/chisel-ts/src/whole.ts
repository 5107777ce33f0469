import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { Location } from "./location.ts";
import { describe } from "./operate.ts";

/** @throws CircuitError unless `value` is a whole number from `least` to `greatest`. */
export function whole(
  node: Node,
  what: string,
  value: unknown,
  least: number,
  greatest: number,
  remedy = "",
): void {
  if (Number.isInteger(value) && least <= Number(value) && Number(value) <= greatest) return;
  throw new CircuitError(
    `${what} of ${describe(node)} is a whole number from ${least} to ${greatest}, ` +
      `not ${String(value)}${remedy}`,
    Location.capture(),
  );
}
