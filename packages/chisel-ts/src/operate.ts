import { CircuitError } from "./errors.ts";
import type { Constant, Node } from "./ir.ts";
import { Location } from "./location.ts";
import { mask, type OperationName, operationRow } from "./operations.ts";
import { widest } from "./types.ts";

export function constant(
  width: number,
  value: bigint,
  location: Location = Location.capture(),
  name?: string,
): Constant {
  return Object.freeze({
    kind: "constant",
    width,
    value,
    location,
    ...(name === undefined ? {} : { name }),
  });
}

/**
 * Applies an operation. On constants the result is the constant it evaluates to: a function written on
 * signals therefore computes when it is called on literals.
 *
 * @throws CircuitError when the operands' widths do not fit the operation.
 */
export function operate(
  operation: OperationName,
  operands: readonly Node[],
  parameters: readonly number[] = [],
  location: Location = Location.capture(),
): Node {
  const row = operationRow(operation);
  const widths = operands.map((operand) => operand.width);
  const width = row.width(widths, parameters);
  if (typeof width === "string") {
    throw new CircuitError(
      `cannot ${operation} ${operands.map(describe).join(" and ")}: ${width}`,
      location,
    );
  }
  if (width > widest) {
    throw new CircuitError(
      `${operation} of ${operands.slice(0, 3).map(describe).join(" and ")} would be ${width} bits ` +
        `wide; a signal has at most ${widest}`,
      location,
    );
  }
  if (operands.every((operand) => operand.kind === "constant")) {
    const values = operands.map((operand) => operand.value);
    return constant(width, row.evaluate(values, widths, parameters) & mask(width), location);
  }
  return Object.freeze({
    kind: "operation",
    operation,
    operands: Object.freeze([...operands]),
    parameters: Object.freeze([...parameters]),
    width,
    location,
  });
}

/** The opposite of one bit; that of an opposite is what it negates. */
export function negation(node: Node, location?: Location): Node {
  const [operand] = node.kind === "operation" && node.operation === "not" ? node.operands : [];
  return operand ?? operate("not", [node], [], location);
}

export const zeroExtend = (node: Node, width: number): Node =>
  width === node.width ? node : operate("zeroExtend", [node], [width]);

export const signExtend = (node: Node, width: number): Node =>
  width === node.width ? node : operate("signExtend", [node], [width]);

export const slice = (node: Node, high: number, low: number): Node =>
  low === 0 && high === node.width - 1 ? node : operate("slice", [node], [high, low]);

/** How a message names a node: by its own name, or by what made it and where, with its width. */
export function describe(node: Node): string {
  const bits = node.width === 1 ? "1 bit" : `${node.width} bits`;
  switch (node.kind) {
    case "constant":
      return `the literal ${node.width > 64 ? "" : `${node.value} `}(${bits})`;
    case "operation":
      return `the ${node.operation} of ${node.location} (${bits})`;
    case "lookup":
      return `the word of \`${node.from.name}\` of ${node.location} (${bits})`;
    case "instanceOutput":
      return `\`${node.instance}.${node.port}\` (${bits})`;
    default:
      return `\`${node.name}\` (${bits})`;
  }
}
