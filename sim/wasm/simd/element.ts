// The size of a lane's element, and the names of vector instructions.

import type { VectorName } from "../instructions.ts";

/** Bytes of one lane's element in a vector. */
export type ElementBytes = 1 | 2 | 4 | 8;

/** Instances that one pass of a loop computes: as many as a vector has bytes. */
export const lanesPerBlock = 16;

/** The narrowest element that holds `width` bits, at most 64. */
export const elementFor = (width: number): ElementBytes =>
  width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;

const shapes = { 1: "i8x16", 2: "i16x8", 4: "i32x4", 8: "i64x2" } as const;

/** The instruction of a name for elements of a size, such as `i16x8.add`. */
export const instruction = <N extends string>(bytes: ElementBytes, name: N): VectorName =>
  `${shapes[bytes]}.${name}` as VectorName;

/** Instructions that make elements of `bytes` from the low and the high half of vectors of half that size. */
export const halves = (
  bytes: ElementBytes,
  name: "extend" | "extmul",
  signed: boolean,
): [VectorName, VectorName] => {
  const from = shapes[(bytes / 2) as ElementBytes];
  const suffix = `${from}_${signed ? "s" : "u"}`;
  return [
    instruction(bytes, `${name}_low_${suffix}`),
    instruction(bytes, `${name}_high_${suffix}`),
  ];
};

/** 16 bytes that repeat one element. */
export const splat = (bytes: ElementBytes, value: bigint): number[] =>
  Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * (i % bytes))) & 255n));
