import { at } from "../at.ts";
import type { Node, Operation } from "../ir.ts";
import { constant, operate } from "../operate.ts";
import { mask, type OperationName } from "../operations.ts";

/** One wrong version of a node. */
export interface Fault {
  /** In words: `bit 3 stuck at 0`. */
  readonly what: string;
  replace(node: Node): Node;
}

/** Every bit of a value inverted, stuck at 0 and stuck at 1: what a wrong gate or a broken wire does. */
export const bitFaults = ({ width }: Node): Fault[] =>
  Array.from({ length: width }, (_, bit) => {
    const name = width === 1 ? "" : `bit ${bit} `;
    const one = 1n << BigInt(bit);
    const combine = (operation: OperationName, bits: bigint) => (node: Node) =>
      operate(operation, [node, constant(width, bits)]);
    return [
      { what: `${name}inverted`, replace: combine("xor", one) },
      { what: `${name}stuck at 0`, replace: combine("and", mask(width) ^ one) },
      { what: `${name}stuck at 1`, replace: combine("or", one) },
    ];
  }).flat();

/** A literal that is one too small and one too great: what a writer of circuits does. */
export const literalFaults = ({ width }: Node): Fault[] =>
  [
    { what: "one more", by: 1n },
    { what: "one less", by: mask(width) },
  ].map(({ what, by }) => ({
    what,
    replace: (node) => operate("add", [node, constant(width, by)]),
  }));

/** Operations that one may be mistaken for: they have its operands, its parameters and its width. */
const mistakenFor: { readonly [N in OperationName]?: readonly OperationName[] } = {
  and: ["or", "xor"],
  or: ["and", "xor"],
  xor: ["or", "and"],
  add: ["subtract", "or"],
  subtract: ["add"],
  multiplyUnsigned: ["multiplySigned"],
  multiplySigned: ["multiplyUnsigned"],
  lessUnsigned: ["lessSigned", "equal"],
  lessSigned: ["lessUnsigned", "equal"],
  shiftLeft: ["shiftRight"],
  shiftRight: ["shiftRightSigned", "shiftLeft"],
  shiftRightSigned: ["shiftRight"],
  zeroExtend: ["signExtend"],
  signExtend: ["zeroExtend"],
  reduceAnd: ["reduceOr", "reduceXor"],
  reduceOr: ["reduceAnd", "reduceXor"],
  reduceXor: ["reduceOr"],
};

/** Operations whose operands have an order that can be mistaken. */
const ordered: readonly OperationName[] = ["subtract", "lessUnsigned", "lessSigned", "concat"];

/** Operations that do something with one of their two operands alone: a condition or a summand that was forgotten. */
const optional: { readonly [N in OperationName]?: readonly ("first" | "second")[] } = {
  and: ["first", "second"],
  or: ["first", "second"],
  xor: ["first", "second"],
  add: ["first", "second"],
  subtract: ["second"],
};

/** An operation taken for another, operands forgotten or in the wrong order, a choice that is never made, a slice one place beside. */
export function operationFaults({ operation, operands, parameters, location }: Operation): Fault[] {
  const faults: Fault[] = (mistakenFor[operation] ?? []).map((other) => ({
    what: `${other} for ${operation}`,
    replace: (node) => changed(node, (o) => operate(other, o.operands, o.parameters, location)),
  }));
  const [first, second, third] = operands;
  for (const which of optional[operation] ?? []) {
    const kept = which === "first" ? 1 : 0;
    faults.push({
      what: `${which} operand left out`,
      replace: (node) => changed(node, (o) => at(o.operands, kept)),
    });
  }
  if (ordered.includes(operation)) {
    faults.push({
      what: "operands swapped",
      replace: (node) =>
        changed(node, (o) => operate(operation, o.operands.toReversed(), [], location)),
    });
  }
  if (operation === "mux" && first && second && third) {
    faults.push({
      what: "branches swapped",
      replace: (node) =>
        changed(node, ({ operands: [select = first, yes = second, no = third] }) =>
          operate("mux", [select, no, yes], [], location),
        ),
    });
    for (const [index, which] of [
      [1, "first"],
      [2, "second"],
    ] as const) {
      faults.push({
        what: `always the ${which} branch`,
        replace: (node) => changed(node, (o) => at(o.operands, index)),
      });
    }
  }
  const [high = 0, low = 0] = parameters;
  if (operation === "slice" && first) {
    for (const by of [1, -1]) {
      if (low + by < 0 || high + by >= first.width) continue;
      faults.push({
        what: `bits ${high + by} to ${low + by} for ${high} to ${low}`,
        replace: (node) =>
          changed(node, (o) => operate("slice", o.operands, [high + by, low + by], location)),
      });
    }
  }
  return faults;
}

/** An operation on copied operands may have folded into a constant, which then has no operands to change. */
const changed = (node: Node, change: (operation: Operation) => Node): Node =>
  node.kind === "operation" ? change(node) : node;
