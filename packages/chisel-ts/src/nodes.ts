import type * as ir from "./ir.ts";

/** What a node is computed from within the cycle, where it is computed from nodes alone. */
export const operandsOf = (node: ir.Node): readonly ir.Node[] =>
  node.kind === "operation" ? node.operands : node.kind === "lookup" ? [node.address] : [];

/** A node without a name of its own that combinational logic computes. */
export const isComputed = (node: ir.Node): node is ir.Computed =>
  node.kind === "operation" || node.kind === "lookup";

/** Whether words come from a table of constants, not from a memory. */
export const isTable = (from: ir.Memory | ir.Table): from is ir.Table => !("collision" in from);
