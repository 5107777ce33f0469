import type { Trace } from "../protocol.ts";

export const radixes = ["decimal", "hexadecimal", "binary", "unsigned"] as const;
export type Radix = (typeof radixes)[number];

/** A value as it is shown: an enumeration's member by its name. */
export function valueText(trace: Trace, index: number, radix: Radix): string {
  const value = BigInt(trace.values[index] as number | bigint);
  const name = trace.names?.[String(value)];
  if (name !== undefined) return name;
  if (radix === "decimal") return String(value);
  const bits = BigInt.asUintN(trace.width, value);
  if (radix === "unsigned") return String(bits);
  return radix === "hexadecimal"
    ? bits.toString(16).padStart(Math.ceil(trace.width / 4), "0")
    : bits.toString(2).padStart(trace.width, "0");
}

/** The cycles in which a trace changes, the first among them. */
export function changesOf({ values }: Trace, cycles: number): Uint32Array {
  const found = new Uint32Array(cycles);
  let count = 0;
  for (let i = 0; i < cycles; i++) {
    if (i === 0 || values[i] !== values[i - 1]) found[count++] = i;
  }
  return found.slice(0, count);
}

/** The place of the last change at or before a cycle. */
export function changeBefore(changes: Uint32Array, cycle: number): number {
  let [low, high] = [0, changes.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle] as number) <= cycle) low = middle;
    else high = middle;
  }
  return low;
}
