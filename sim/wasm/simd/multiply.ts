// Multiplication in lanes.

import { at } from "@chisel-ts/core";
import { operand } from "../cell.ts";
import type { Compile } from "./compile.ts";
import { type ElementBytes, elementFor, halves, instruction } from "./element.ts";
import type { LaneValues } from "./vectors.ts";

/** The product has the bits of both operands, or fewer where it is known to fit, so it is exact in their form. */
export const multiply =
  (signed: boolean): Compile =>
  (v, cell) => {
    const [a, b] = [operand(cell, 0), operand(cell, 1)];
    const width = v.width(cell.slot);
    // There is no multiplication of bytes, and operands are not cut.
    const widest = Math.max(width, v.width(a), v.width(b));
    const bytes = Math.max(2, elementFor(widest)) as ElementBytes;
    const form = signed ? "sign" : "zero";
    const half = (bytes / 2) as ElementBytes;
    const result = { bytes, form, bits: width } as const;
    if (v.width(a) <= 8 * half && v.width(b) <= 8 * half) {
      const [left, right] = [v.want(a, half, form), v.want(b, half, form)];
      return { ...result, locals: extended(v, left, right, bytes, signed) };
    }
    const [left, right] = [v.want(a, bytes, form), v.want(b, bytes, form)];
    const locals = v.make(bytes, (i) => {
      v.code.get(at(left, i)).get(at(right, i)).emit(instruction(bytes, "mul"));
    });
    return { ...result, locals };
  };

/** Products of `bytes` from factors of half the size, which is faster than widening them first. */
export function extended(
  v: LaneValues,
  left: readonly number[],
  right: readonly number[],
  bytes: ElementBytes,
  signed: boolean,
): number[] {
  const names = halves(bytes, "extmul", signed);
  return v.make(bytes, (i) => {
    const [x, y] = [at(left, i >> 1), at(right, i >> 1)];
    v.code
      .get(x)
      .get(y)
      .emit(names[i % 2] ?? names[0]);
  });
}
