import type { Constant, ModuleIr, Node, Register } from "../ir.ts";
import { resetPortOf } from "../reset.ts";
import type { Cases } from "./cases.ts";
import { armOf } from "./layout.ts";
import { inReset } from "./reset.ts";
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

/** A choice by the value of one signal. */
export interface Table {
  readonly kind: "table";
  readonly subject: Node;
  readonly arms: readonly {
    readonly codes: readonly Constant[];
    readonly statements: Statement[];
  }[];
  readonly rest: Statement[];
}

export type Statement = Assignment | Choice | Table;

/** Statements inside one another are no deeper than this; the rest is an expression. */
const deepest = 32;

/**
 * The statements that give a register its next state. Choices become if and else; where the register
 * keeps its value nothing is said.
 *
 * @param isChoice whether a mux may be taken apart: nothing else reads it and it has no name.
 * @param cases the muxes that are tables.
 */
export function nextState(
  register: Register,
  value: Node,
  { isChoice, cases }: { readonly isChoice: (node: Node) => boolean; readonly cases: Cases },
  depth = 0,
): Statement[] {
  if (value === register) return [];
  const next = (node: Node): Statement[] =>
    nextState(register, node, { isChoice, cases }, depth + 1);
  if (depth >= deepest) return [{ kind: "assignment", register, value }];
  const table = isChoice(value) ? cases.get(value) : undefined;
  if (table) {
    const { subject } = table;
    const arms = table.arms.map(({ codes, value: node }) => ({ codes, statements: next(node) }));
    return [{ kind: "table", subject, arms, rest: next(table.rest) }];
  }
  if (value.kind !== "operation" || value.operation !== "mux" || !isChoice(value)) {
    return [{ kind: "assignment", register, value }];
  }
  const [condition, first, second] = value.operands;
  if (!condition || !first || !second) return [];
  const whenTrue = next(first);
  const whenFalse = next(second);
  if (whenTrue.length + whenFalse.length === 0) return [];
  return [{ kind: "choice", condition, whenTrue, whenFalse }];
}

/** Joins choices on one condition, and tables of one signal and the same codes. Sound because the assignments are non-blocking and to different registers. */
export function merge(statements: readonly Statement[]): Statement[] {
  const merged: Statement[] = [];
  const tables = new Map<Node, Map<string, Table>>();
  const choices = new Map<Node, { whenTrue: Statement[]; whenFalse: Statement[] }>();
  for (const statement of statements) {
    const known = statement.kind === "choice" ? choices.get(statement.condition) : undefined;
    if (statement.kind === "assignment") merged.push(statement);
    else if (statement.kind === "table") addTable(statement, tables, merged);
    else if (known) {
      append(known.whenTrue, statement.whenTrue);
      append(known.whenFalse, statement.whenFalse);
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
  return merged.map((statement) => {
    if (statement.kind === "assignment") return statement;
    if (statement.kind === "table") {
      const arms = statement.arms.map((arm) => ({ ...arm, statements: merge(arm.statements) }));
      return { ...statement, arms, rest: merge(statement.rest) };
    }
    const { whenTrue, whenFalse } = statement;
    return { ...statement, whenTrue: merge(whenTrue), whenFalse: merge(whenFalse) };
  });
}

function addTable(table: Table, known: Map<Node, Map<string, Table>>, merged: Statement[]): void {
  const key = table.arms.map(({ codes }) => codes.map(({ value }) => value).join(" ")).join();
  const ofSubject = known.get(table.subject) ?? new Map<string, Table>();
  const same = ofSubject.get(key);
  if (same) {
    table.arms.forEach(({ statements }, i) => {
      append(same.arms[i]?.statements ?? [], statements);
    });
    append(same.rest, table.rest);
    return;
  }
  const arms = table.arms.map((arm) => ({ ...arm, statements: [...arm.statements] }));
  const copy: Table = { ...table, arms, rest: [...table.rest] };
  known.set(table.subject, ofSubject.set(key, copy));
  merged.push(copy);
}

/** Without an argument an item: lists of registers are long. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}

/** The nodes whose text the statements need. */
export const read = (statements: readonly Statement[]): Node[] =>
  statements.flatMap((statement) =>
    statement.kind === "assignment"
      ? [statement.value]
      : statement.kind === "table"
        ? [
            statement.subject,
            ...statement.arms.flatMap(({ codes, statements: body }) => [...codes, ...read(body)]),
            ...read(statement.rest),
          ]
        : [statement.condition, ...read(statement.whenTrue), ...read(statement.whenFalse)],
  );

/** The always block of registers that share `statements`; those with a reset value load it first, or at power-up. */
export function alwaysBlock(
  registers: readonly Register[],
  statements: readonly Statement[],
  text: (node: Node) => string,
  ir: ModuleIr,
): string[][] {
  const assignments = (symbol: string): string[] =>
    registers.flatMap(({ name, width, reset }) =>
      reset === undefined ? [] : [`${name} ${symbol} ${literal(width, reset)};`],
    );
  const body = print(statements, text);
  const condition = inReset(ir);
  const resets = assignments("<=");
  if (resets.length > 0 && condition === undefined) {
    const powerUp = ["initial begin", ...indent(assignments("=")), "end"];
    return body.length === 0 ? [powerUp] : [powerUp, always("clock", body)];
  }
  if (resets.length === 0) return body.length === 0 ? [] : [always("clock", body)];
  const isAsynchronous = ir.reset.kind === "asynchronous";
  const edge = ir.reset.active === "high" ? "posedge" : "negedge";
  return [
    always(`clock${isAsynchronous ? ` or ${edge} ${resetPortOf(ir)}` : ""}`, [
      ...clause(`if (${condition})`, resets),
      ...(body.length === 0 ? [] : alternative(body, statements)),
    ]),
  ];
}

const always = (events: string, body: readonly string[]): string[] => [
  `always @(posedge ${events}) begin`,
  ...indent(body),
  "end",
];

function print(statements: readonly Statement[], text: (node: Node) => string): string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "assignment") {
      return [`${statement.register.name} <= ${text(statement.value)};`];
    }
    if (statement.kind === "table") return printTable(statement, text);
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

/** Codes that keep every register say so by a semicolon. */
function printTable({ subject, arms, rest }: Table, text: (node: Node) => string): string[] {
  const arm = (codes: readonly string[], statements: readonly Statement[]): string[] => {
    const body = print(statements, text);
    return armOf(codes, (label) => (body.length === 0 ? [`${label} ;`] : clause(label, body)));
  };
  const lines = [
    ...arms.flatMap(({ codes, statements }) => arm(codes.map(text), statements)),
    ...arm(["default"], rest),
  ];
  return [`case (${text(subject)})`, ...indent(lines), "endcase"];
}

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
