// Reads and sets the ports of a circuit from the code of models.

import { at } from "@chisel-ts/core";
import type { Port } from "../../cells.ts";
import { elementBytes } from "../../column.ts";
import type { Unit } from "../compile.ts";
import type { Cycle } from "../cycle.ts";
import { narrowLoads } from "../layout.ts";
import { add, constant, copy, load, type Statement, type Value } from "../statement.ts";

export function writePacked(cycle: Cycle, ports: readonly Port[], start: number): void {
  let address = start;
  for (const port of ports) {
    cycle.write(port, address);
    address += elementBytes(port.type.width);
  }
}

/** The low 32 bits of an output that `watch` has computed. */
export function outputValue({ elements, slots }: Unit["layout"], { slot, type }: Port): Value {
  const element = elements.get(slot);
  if (!element) return load(constant(0), at(slots, slot));
  return (code) => {
    code
      .i32(0)
      .memory(narrowLoads[element.bytes] ?? "i64.load", element.address)
      .emit("i32.wrap_i64");
    if (type.width < 32) code.i32(2 ** type.width - 1).emit("i32.and");
  };
}

export function setInput(slots: readonly number[], { slot, type }: Port, value: Value): Statement {
  const bytes = elementBytes(type.width);
  const store = bytes === 1 ? "i32.store8" : bytes === 2 ? "i32.store16" : "i32.store";
  return (code) => {
    code.i32(0);
    value(code);
    code.memory(store, at(slots, slot));
  };
}

/** Copies packed bytes to inputs, those that follow one another in one piece. */
export function copyPacked(
  slots: readonly number[],
  ports: readonly Port[],
  from: Value,
): Statement[] {
  const pieces: { to: number; at: number; bytes: number }[] = [];
  let next = 0;
  for (const { slot, type } of ports) {
    const [to, bytes] = [at(slots, slot), elementBytes(type.width)];
    const before = pieces.at(-1);
    if (before && before.to + before.bytes === to) before.bytes += bytes;
    else pieces.push({ to, at: next, bytes });
    next += bytes;
  }
  return pieces.map((piece) =>
    copy(constant(piece.to), add(from, constant(piece.at)), piece.bytes),
  );
}
