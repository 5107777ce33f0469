import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";

/**
 * The error for a value of another kind than the one that is needed, as JavaScript lets it stand there.
 *
 * @param what is needed, as `a module`.
 * @param remedy what would be right.
 */
export const needed = (what: string, given: unknown, remedy?: string): CircuitError =>
  new CircuitError(
    `${what} is needed here, not ${shown(given)}${remedy === undefined ? "" : `: ${remedy}`}`,
    Location.capture(),
  );

function shown(given: unknown): string {
  if (typeof given === "function")
    return given.name === "" ? "a function" : `the function ${given.name}`;
  if (typeof given === "string") return JSON.stringify(given);
  if (typeof given !== "object" || given === null) return String(given);
  if (Array.isArray(given)) return "an array";
  if ("node" in given && "type" in given) return "a signal";
  const keys = Object.keys(given);
  const more = keys.length > 4 ? ", …" : "";
  return keys.length === 0
    ? "an empty object"
    : `an object of ${keys.slice(0, 4).join(", ")}${more}`;
}
