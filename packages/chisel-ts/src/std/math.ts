import { CircuitError } from "../errors.ts";
import { Location } from "../location.ts";

/**
 * Bits that tell `count` things apart: the logarithm to base 2, rounded up. 0 for one thing.
 *
 * @throws CircuitError unless `count` is a whole number of 1 or more.
 *
 * @example
 * console.log(log2Ceil(5)); // 3
 */
export function log2Ceil(count: number): number {
  check("log2Ceil", count, 1);
  return count === 1 ? 0 : (count - 1).toString(2).length;
}

/**
 * Bits of an unsigned type that holds every number up to `maximum`, at least 1.
 *
 * @throws CircuitError unless `maximum` is a whole number of 0 or more.
 *
 * @example
 * console.log(bitsFor(9)); // 4
 */
export function bitsFor(maximum: number): number {
  check("bitsFor", maximum, 0);
  return maximum.toString(2).length;
}

function check(name: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new CircuitError(
    `${name} takes a whole number of ${minimum} or more, not ${value}`,
    Location.capture(),
  );
}
