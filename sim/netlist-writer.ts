// How checks and displays add their own cells to a netlist.

import type { ir } from "@chisel-ts/core";
import type { Scope } from "./hierarchy.ts";

/** Adds to a netlist; values are slots. */
export interface NetlistWriter {
  slot(scope: Scope, node: ir.Node): number;
  state(width: number): number;
  constant(width: number, value: bigint): number;
  cell(
    operation: ir.Operation["operation"],
    operands: readonly number[],
    parameters?: readonly number[],
  ): number;
}
