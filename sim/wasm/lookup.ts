// Reads a word of a memory or a table.

import { at, type ir } from "@chisel-ts/core";
import type { LookupCell } from "../cells.ts";
import type { Values } from "./values.ts";

/** Loads a word from its place in memory, 0 where the address is outside. */
export function compileLookup(values: Values, { slot, from, operands }: LookupCell): void {
  const { code, layout, netlist } = values;
  const cell = typeof from === "number" ? at(netlist.memories, from) : undefined;
  const words = cell?.memory ?? (from as ir.Table);
  const start = cell ? layout.memories.get(cell) : layout.tables.get(from as ir.Table);
  if (start === undefined) throw new Error(`${words.name} has no place`);
  const { address, inside } = guardedAddress(values, words, at(operands, 0));
  values.store(slot, false, (word) => {
    code.get(address).memory("i64.load", start + 8 * word);
    if (inside !== undefined) code.i64(0n).get(inside).emit("select");
  });
}

/**
 * Locals with the byte offset of an address, 0 where it is outside, and whether it is inside, unless it always is; the next call
 * takes the same ones.
 */
export function guardedAddress(
  values: Values,
  { depth, width }: ir.Memory | ir.Table,
  address: number,
): { readonly address: number; readonly inside: number | undefined } {
  const { code } = values;
  const offset = values.scratch("offset", "i32");
  const inside = 2 ** values.width(address) <= depth ? undefined : values.scratch("inside", "i32");
  if (inside !== undefined) values.push(address).i64(BigInt(depth)).emit("i64.lt_u").set(inside);
  values.push(address).emit("i32.wrap_i64");
  if (inside !== undefined) code.get(inside).emit("i32.mul");
  code
    .i32(8 * Math.ceil(width / 64))
    .emit("i32.mul")
    .set(offset);
  return { address: offset, inside };
}
