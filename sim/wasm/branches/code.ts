// The code of cells in branches.

import { at } from "@chisel-ts/core";
import type { Cell } from "../../cells.ts";
import { compileLookup } from "../lookup.ts";
import { compileOperation } from "../operations.ts";
import type { Values } from "../values.ts";
import type { Block, Branch } from "./schedule.ts";

export function compileBlock(values: Values, block: Block): void {
  for (const item of block) {
    if ("select" in item) compileBranch(values, item);
    else compileCell(values, item);
  }
}

/** What is read in place needs no code. */
function compileCell(values: Values, cell: Cell): void {
  if (values.layout.elements.has(cell.slot)) return;
  values.code.from(cell.location ?? "checks and displays");
  if ("operation" in cell) compileOperation[cell.operation](values, cell);
  else compileLookup(values, cell);
}

/** A branch, at whose ends multiplexers get the side that it computed. */
function compileBranch(values: Values, { select, ifOne, ifZero, muxes }: Branch): void {
  const { code, conditional } = values;
  const side = (block: Block, operand: number): void => {
    compileBlock(values, block);
    for (const { slot, operands, location } of muxes) {
      code.from(location ?? "checks and displays");
      values.store(slot, false, (word) => values.push(at(operands, operand), 64 * word));
    }
  };
  values.push(select).emit("i32.wrap_i64");
  values.conditional = true;
  const sides = [
    { block: ifOne, operand: 1 },
    { block: ifZero, operand: 2 },
  ].filter(({ block }) => block.length > 0 || muxes.length > 0);
  if (sides[0]?.operand === 2) code.emit("i32.eqz");
  sides.forEach(({ block, operand }, index) => {
    code.emit(index === 0 ? "if" : "else");
    side(block, operand);
  });
  code.emit("end");
  values.conditional = conditional;
}
