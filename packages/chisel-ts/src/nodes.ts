import type * as ir from "./ir.ts";

/**
 * What a node is computed from within the cycle, where it is computed from nodes alone.
 *
 * @example
 * const both = module({ name: "both", ports: { a: input(bool()), b: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.a.and(io.b)));
 * console.log(operandsOf([...both.drivers][0][1]).map(({ name }) => name).join()); // a,b
 */
export const operandsOf = (node: ir.Node): readonly ir.Node[] =>
  node.kind === "operation" ? node.operands : node.kind === "lookup" ? [node.address] : [];

/** A node without a name of its own that combinational logic computes. */
export const isComputed = (node: ir.Node): node is ir.Computed =>
  node.kind === "operation" || node.kind === "lookup";

/**
 * Whether words come from a table of constants, not from a memory.
 *
 * @example
 * const table = module({ name: "squares_of", ports: { x: input(uint(1)), y: output(uint(4)) } }, (io) => {
 *   io.y.set(rom("values", { type: uint(4), contents: [3, 12] }).read(io.x));
 * });
 * const [, words] = [...table.drivers][0];
 * console.log(isTable(words.from)); // true
 */
export const isTable = (from: ir.Memory | ir.Table): from is ir.Table => !("collision" in from);
