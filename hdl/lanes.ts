import type { Bundle, HardwareType, Port } from "@chisel-ts/core";

/** A bundle of ports of one kind, by a letter and a number. */
export type Lanes<D extends "input" | "output", K extends "uint" | "sint" | "bool"> = Readonly<
  Record<string, Port<D, HardwareType<K>>>
>;

/** A bundle with one port, or one bundle of them, for each of `count` lanes, rows or columns: `<letter>0`, `<letter>1`, … */
export const lanes = <P extends Port | Bundle>(
  letter: "l" | "r" | "c" | "h",
  count: number,
  port: (index: number) => P,
): Readonly<Record<string, P>> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${letter}${index}`, port(index)]),
  );
