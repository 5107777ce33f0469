import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { Location } from "./location.ts";
import { describe } from "./operate.ts";

/** @throws CircuitError unless `value` is a whole number from `minimum` to `maximum`. */
export function whole(
  node: Node,
  what: string,
  value: unknown,
  {
    minimum,
    maximum,
    remedy = "",
  }: { readonly minimum: number; readonly maximum: number; readonly remedy?: string | undefined },
): void {
  if (Number.isInteger(value) && minimum <= Number(value) && Number(value) <= maximum) return;
  throw new CircuitError(
    `${what} of ${describe(node)} is a whole number from ${minimum} to ${maximum}, ` +
      `not ${String(value)}${remedy}`,
    Location.capture(),
  );
}
