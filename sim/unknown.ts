// Refuses values with unknown bits where values are asked for.

import type { HardwareType } from "@chisel-ts/core";
import type { Bits } from "./backend.ts";
import type { Columns } from "./column.ts";
import type { Observation } from "./observation.ts";

/** Bits that are all known. @throws Error showing the others as x. */
export function known(name: string, { width }: HardwareType, { bits, unknown = 0n }: Bits): bigint {
  if (unknown === 0n) return bits;
  throw unknownBits(name, width, { bits, unknown });
}

function unknownBits(
  name: string,
  width: number,
  { bits, unknown }: { readonly bits: bigint; readonly unknown: bigint },
  when = "",
): Error {
  const digits = Array.from({ length: width }, (_, i) => {
    const place = BigInt(width - 1 - i);
    return (unknown >> place) & 1n ? "x" : String((bits >> place) & 1n);
  });
  return new Error(
    `${name} has unknown bits (${digits.join("")})${when}: it depends on a register without reset or a memory word that was never set`,
  );
}

/** @throws Error for the first cycle in which a column has unknown bits. */
export function refuseUnknown(columns: Columns, unknown: Observation["unknown"]): void {
  for (const [name, masks] of Object.entries(unknown)) {
    const cycle = Array.from(masks, BigInt).findIndex((mask) => mask !== 0n);
    if (cycle < 0) continue;
    const mask = BigInt(masks[cycle] as number | bigint);
    const width = mask.toString(2).length;
    const bits = BigInt.asUintN(width, BigInt(columns[name]?.[cycle] ?? 0));
    throw unknownBits(name, width, { bits, unknown: mask }, ` in cycle ${cycle} of the batch`);
  }
}
