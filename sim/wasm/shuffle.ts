// Assembles a vector from elements of a few others.

import { at } from "@chisel-ts/core";
import type { Code } from "./encoder.ts";

/** Vectors that one is put together from at most. */
const maxSources = 4;

/** The addresses of vectors that some elements are in, as few as there can be, if they are worth it. */
export function sourceVectors(addresses: readonly number[], bytes: number): readonly number[] {
  const found: number[] = [];
  for (const address of [...addresses].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last === undefined || address + bytes > last + 16) found.push(address);
  }
  // Each element by itself is a load and a store.
  return found.length <= Math.min(maxSources, addresses.length / 2) ? found : [];
}

/** Puts a vector together from elements of such vectors, and leaves it on the stack. */
export function shuffle(
  code: Code,
  sources: readonly number[],
  addresses: readonly number[],
  bytes: number,
): void {
  const holder = addresses.map((address) => sources.findLastIndex((source) => source <= address));
  const [first = 0, ...rest] = sources;
  code.i32(0).memory("v128.load", first);
  const lane = (byte: number, source: number): number =>
    at(addresses, Math.floor(byte / bytes)) + (byte % bytes) - at(sources, source);
  const from = (byte: number): number => at(holder, Math.floor(byte / bytes));
  const all = Array.from({ length: 16 }, (_, byte) => byte);
  if (rest.length === 0) {
    code.i32(0).memory("v128.load", first);
    code.lanes(
      "i8x16.shuffle",
      all.map((byte) => lane(byte, 0)),
    );
  }
  rest.forEach((address, index) => {
    code.i32(0).memory("v128.load", address);
    code.lanes(
      "i8x16.shuffle",
      all.map((byte) => {
        if (from(byte) === index + 1) return 16 + lane(byte, index + 1);
        // From the second step on the first operand holds what is in place already.
        return index === 0 && from(byte) === 0 ? lane(byte, 0) : byte;
      }),
    );
  });
}
