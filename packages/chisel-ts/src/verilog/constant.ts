import { CircuitError } from "../errors.ts";
import type { VerilogConstant } from "../ir.ts";
import type { Location } from "../location.ts";

/** Numbers that a Verilog literal without a size holds in every tool. */
const [minimum, maximum] = [-(2n ** 31n), 2n ** 31n - 1n];

/**
 * The value of a parameter, as Verilog-2005 writes it: an integer of 32 bits or, sized, any that is not negative; a real number;
 * a text of printable ASCII.
 *
 * @throws CircuitError for what Verilog cannot write.
 */
export function constantText(name: string, value: VerilogConstant, location: Location): string {
  const fail = (why: string): never => {
    throw new CircuitError(`the parameter \`${name}\` is ${why}`, location);
  };
  if (typeof value === "boolean") return value ? "1'b1" : "1'b0";
  if (typeof value === "string") {
    if (!/^[\x20-\x7e]*$/.test(value)) fail("a text with other than printable ASCII characters");
    return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
  }
  if (typeof value === "number" && !Number.isInteger(value)) {
    return Number.isFinite(value) ? `${value}` : fail(`${value}, which is no number of Verilog`);
  }
  if (typeof value !== "number" && typeof value !== "bigint") {
    return fail(`a ${typeof value}; it must be a number, a bigint, a boolean or a string`);
  }
  const integer = BigInt(value);
  if (integer >= minimum && integer <= maximum) return `${integer}`;
  if (integer < 0n) fail(`${integer}, less than -2^31`);
  return `${integer.toString(2).length}'h${integer.toString(16)}`;
}
