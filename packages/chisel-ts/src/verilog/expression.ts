import type { Operation } from "../ir.ts";
import { type OperationName, operationRow } from "../operations.ts";

/** A piece of Verilog and what is needed to put it inside another. */
export interface Expression {
  readonly text: string;
  /** Identifiers, literals, selects and concatenations need no parentheses anywhere. */
  readonly binds: "tightly" | "prefix" | "loosely";
  /** The text of the opposite, where it has one of its own. */
  readonly negated?: string;
  /** For `condition ? value : rest`: the pieces, so that long chains can be broken over lines. */
  readonly arm?: {
    readonly condition: string;
    readonly value: string;
    readonly rest: Expression;
    readonly depth: number;
  };
  /** For a concatenation: its parts. */
  readonly parts?: readonly string[];
}

export const primary = (text: string): Expression => ({ text, binds: "tightly" });

/** Operations whose Verilog encloses its operands in braces or `$signed( )`. */
const enclosing: ReadonlySet<OperationName> = new Set(["concat", "zeroExtend", "lessSigned"]);
const prefixes: ReadonlySet<OperationName> = new Set(["not", "reduceAnd", "reduceOr", "reduceXor"]);

const grouped = ({ text, binds }: Expression): string => (binds === "tightly" ? text : `(${text})`);
const tight = (item: Expression): string => (item.binds === "prefix" ? item.text : grouped(item));

/** The Verilog of an operation from that of its operands. */
export function express(node: Operation, operands: readonly Expression[]): Expression {
  const [a, b, c] = operands;
  const { operation } = node;
  if (operation === "not" && a?.negated !== undefined) return { text: a.negated, binds: "loosely" };
  if (operation === "mux" && a && b && c) return conditional(a, b, c);
  const extends_ = operation === "zeroExtend" || operation === "signExtend";
  if (extends_ && a && node.width === node.operands[0]?.width) return a;
  if (operation === "concat") return concatenation(node, operands);

  const wrap = enclosing.has(operation)
    ? ({ text }: Expression) => text
    : prefixes.has(operation)
      ? grouped
      : tight;
  const texts = operands.map(wrap);
  const widths = node.operands.map((operand) => operand.width);
  const text = operationRow(operation).verilog(texts, widths, node.parameters);
  if (operation === "slice" || operation === "zeroExtend" || operation === "signExtend") {
    return primary(text);
  }
  if (operation === "not") return { text, binds: "prefix" };
  const negated = opposite(operation, texts);
  return { text, binds: "loosely", ...(negated === undefined ? {} : { negated }) };
}

function opposite(operation: OperationName, [a, b]: readonly string[]): string | undefined {
  if (operation === "equal") return `${a} != ${b}`;
  if (operation === "lessUnsigned") return `${a} >= ${b}`;
  if (operation === "lessSigned") return `$signed(${a}) >= $signed(${b})`;
  return undefined;
}

function conditional(select: Expression, then: Expression, rest: Expression): Expression {
  const condition = tight(select);
  const value = then.arm ? grouped(then) : then.text;
  return {
    text: `${condition} ? ${value} : ${rest.text}`,
    binds: "loosely",
    arm: { condition, value, rest, depth: (rest.arm?.depth ?? 0) + 1 },
  };
}

function concatenation(node: Operation, operands: readonly Expression[]): Expression {
  const [first] = node.operands;
  const parts = operands.map(({ text }) => text);
  if (parts.length > 1 && node.operands.every((operand) => operand === first)) {
    return primary(`{${parts.length}{${parts[0]}}}`);
  }
  return { ...primary(`{${parts.join(", ")}}`), parts };
}
