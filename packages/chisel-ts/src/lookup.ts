import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { isTable } from "./nodes.ts";
import { constant } from "./operate.ts";
import { type HardwareType, toBits } from "./types.ts";

/** Bits that address `depth` words, at least 1. */
export const addressWidthOf = (depth: number): number =>
  Math.max(1, (depth - 1).toString(2).length);

/** Contents as bit patterns of a type. @throws CircuitError when they are no list, or a word does not fit. */
export function wordsOf(
  name: string,
  type: HardwareType,
  contents: unknown,
  location: Location,
): readonly bigint[] {
  if (!Array.isArray(contents)) {
    throw new CircuitError(`the contents of \`${name}\` are a list of numbers`, location);
  }
  // Holes of a list are words too: `map` would pass over them.
  return Object.freeze(
    Array.from(contents, (word, address) =>
      toBits(type, word as bigint, `\`${name}[${address}]\``, location),
    ),
  );
}

/** The word of a memory or table at an address within the cycle; of a table at a literal address a constant. */
export function lookup(
  from: ir.Memory | ir.Table,
  address: ir.Node,
  location: Location = Location.capture(),
): ir.Node {
  const { width } = from;
  if (isTable(from) && address.kind === "constant") {
    return constant(width, from.contents.at(Number(address.value)) ?? 0n, location);
  }
  return Object.freeze({ kind: "lookup", from, address, width, location });
}
