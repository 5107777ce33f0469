import type { Node, Register } from "../ir.ts";
import { indent, literal, operand } from "./text.ts";

export interface Assignment {
  readonly kind: "assignment";
  readonly register: Register;
  readonly value: Node;
}

export interface Choice {
  readonly kind: "choice";
  readonly condition: Node;
  readonly whenTrue: Statement[];
  readonly whenFalse: Statement[];
}

export type Statement = Assignment | Choice;

/**
 * The statements that give a register its next state. Choices become if and else; where the register
 * keeps its value nothing is said.
 *
 * @param isChoice whether a mux may be taken apart: nothing else reads it and it has no name.
 */
export function nextState(
  register: Register,
  value: Node,
  isChoice: (node: Node) => boolean,
): Statement[] {
  if (value === register) return [];
  if (value.kind !== "operation" || value.operation !== "mux" || !isChoice(value)) {
    return [{ kind: "assignment", register, value }];
  }
  const [condition, first, second] = value.operands;
  if (!condition || !first || !second) return [];
  const whenTrue = nextState(register, first, isChoice);
  const whenFalse = nextState(register, second, isChoice);
  if (whenTrue.length + whenFalse.length === 0) return [];
  return [{ kind: "choice", condition, whenTrue, whenFalse }];
}

/** Joins choices on one condition. Sound because the assignments are non-blocking and to different registers. */
export function merge(statements: readonly Statement[]): Statement[] {
  const merged: Statement[] = [];
  const choices = new Map<Node, { whenTrue: Statement[]; whenFalse: Statement[] }>();
  for (const statement of statements) {
    const known = statement.kind === "choice" ? choices.get(statement.condition) : undefined;
    if (statement.kind === "assignment") merged.push(statement);
    else if (known) {
      known.whenTrue.push(...statement.whenTrue);
      known.whenFalse.push(...statement.whenFalse);
    } else {
      const copy = {
        ...statement,
        whenTrue: [...statement.whenTrue],
        whenFalse: [...statement.whenFalse],
      };
      choices.set(statement.condition, copy);
      merged.push(copy);
    }
  }
  return merged.map((statement) =>
    statement.kind === "assignment"
      ? statement
      : {
          ...statement,
          whenTrue: merge(statement.whenTrue),
          whenFalse: merge(statement.whenFalse),
        },
  );
}

/** The nodes whose text the statements need. */
export const read = (statements: readonly Statement[]): Node[] =>
  statements.flatMap((statement) =>
    statement.kind === "assignment"
      ? [statement.value]
      : [statement.condition, ...read(statement.whenTrue), ...read(statement.whenFalse)],
  );

/** The always block of registers that share `statements`; those with a reset value load it first. */
export function alwaysBlock(
  registers: readonly Register[],
  statements: readonly Statement[],
  text: (node: Node) => string,
): string[] {
  const resets = registers.flatMap(({ name, width, reset }) =>
    reset === undefined ? [] : [`${name} <= ${literal(width, reset)};`],
  );
  const body = print(statements, text);
  if (resets.length === 0 && body.length === 0) return [];
  const lines =
    resets.length === 0
      ? body
      : [
          ...clause("if (reset)", resets),
          ...(body.length === 0 ? [] : alternative(body, statements)),
        ];
  return ["always @(posedge clock) begin", ...indent(lines), "end"];
}

function print(statements: readonly Statement[], text: (node: Node) => string): string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "assignment") {
      return [`${statement.register.name} <= ${text(statement.value)};`];
    }
    const { terms, body, alternatives } = conjunction(statement, text);
    const head = `if (${terms.length === 1 ? terms[0] : terms.map(operand).join(" && ")})`;
    const lines = clause(head, print(body, text));
    if (alternatives.length === 0) return lines;
    return [...lines, ...alternative(print(alternatives, text), alternatives)];
  });
}

/** The opposite of a condition; `!!x` is no expression of Verilog-2005, and Icarus refuses it. */
const opposite = (condition: string): string =>
  /^!\w+(\[[\d:]+\])?$/.test(condition) ? condition.slice(1) : `!${operand(condition)}`;

/** Choices with one live branch inside one another are one choice on all their conditions. */
function conjunction(
  { condition, whenTrue, whenFalse }: Choice,
  text: (node: Node) => string,
): { terms: string[]; body: readonly Statement[]; alternatives: readonly Statement[] } {
  const isNegated = whenTrue.length === 0;
  const term = isNegated ? opposite(text(condition)) : text(condition);
  const body = isNegated ? whenFalse : whenTrue;
  const alternatives = isNegated ? [] : whenFalse;
  const [inner] = body;
  if (alternatives.length > 0 || body.length > 1 || inner?.kind !== "choice") {
    return { terms: [term], body, alternatives };
  }
  if (inner.whenTrue.length > 0 && inner.whenFalse.length > 0) {
    return { terms: [term], body, alternatives };
  }
  const rest = conjunction(inner, text);
  return { ...rest, terms: [term, ...rest.terms] };
}

/** `else` before printed statements; a single choice continues as `else if`. */
function alternative(body: readonly string[], statements: readonly Statement[]): string[] {
  const [first = "", ...rest] = body;
  const isChain = statements.length === 1 && statements[0]?.kind === "choice";
  return isChain ? [`else ${first}`, ...rest] : clause("else", body);
}

/** A branch on one line, if it is an assignment: after an if, an else would join the wrong one. */
function clause(head: string, body: readonly string[]): string[] {
  const [first = ""] = body;
  const isShort = body.length === 1 && !first.startsWith("if") && head.length + first.length < 90;
  return isShort ? [`${head} ${first}`] : [`${head} begin`, ...indent(body), "end"];
}
