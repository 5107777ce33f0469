// Looks bytes up in lanes.

import { at } from "@chisel-ts/core";
import type { LookupCell } from "../../cells.ts";
import type { LaneValues, Vectors } from "./vectors.ts";

/** A table of up to 16 words of up to 8 bits is one vector, in which one instruction looks up. */
export function compileLookup(v: LaneValues, { from, operands }: LookupCell): Vectors {
  if (typeof from === "number" || from.depth > 16 || from.width > 8)
    throw new Error("lanes look up in small tables only");
  const { width, contents } = from;
  const words = contents.map((word) => BigInt.asIntN(width, word));
  const negative = width === 1 || words.some((word) => word < 0n);
  const bytes = words.reduce(
    (all, word, index) => all | (BigInt.asUintN(8, word) << BigInt(8 * index)),
    0n,
  );
  const table = v.table(bytes);
  const locals = v.make(1, () => {
    v.code
      .get(table)
      .get(at(v.want(at(operands, 0), 1, "zero"), 0))
      .emit("i8x16.swizzle");
  });
  return { locals, bytes: 1, form: negative ? "sign" : "zero", bits: negative ? width : width - 1 };
}
