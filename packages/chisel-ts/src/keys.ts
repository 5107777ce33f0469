import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";

/**
 * Options are an object of known keys: a misspelt one would be passed over.
 *
 * @throws CircuitError naming the unknown key and those that exist.
 */
export function checkKeys(
  what: string,
  options: unknown,
  known: readonly string[],
  noun: "option" | "parameter" | "input" = "option",
): void {
  const location = Location.capture();
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new CircuitError(
      `the ${noun}s of ${what} are an object of ${known.join(", ")}`,
      location,
    );
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new CircuitError(
    `${what} has no ${noun} \`${unknown}\`; it has ${known.join(", ")}`,
    location,
  );
}
