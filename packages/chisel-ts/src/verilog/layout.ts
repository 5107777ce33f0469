import type { Expression } from "./expression.ts";

/** Lines are broken beyond this many characters where the expression allows it. */
const lineLength = 100;

/** `head expression;  // note`, with long conditionals and concatenations broken over lines. */
export function layOut(head: string, expression: Expression, note: string): string[] {
  const tail = note === "" ? "" : `  ${note}`;
  if (head.length + expression.text.length < lineLength) {
    return [`${head} ${expression.text};${tail}`];
  }
  if (expression.arm) return [`${head}${tail}`, ...arms(expression)];
  if (expression.parts) return [`${head} {${tail}`, ...pack(expression.parts), "};"];
  return [`${head} ${expression.text};${tail}`];
}

function arms(expression: Expression): string[] {
  const lines: string[] = [];
  let rest = expression;
  while (rest.arm) {
    lines.push(`  ${rest.arm.condition} ? ${rest.arm.value} :`);
    rest = rest.arm.rest;
  }
  return [...lines, `  ${rest.text};`];
}

/** An arm of a case: its codes, over several lines where they are many, before its statement. */
export function armOf(codes: readonly string[], statement: (label: string) => string[]): string[] {
  const lines = pack(codes).map((line) => line.trimStart());
  const last = lines.pop() ?? "";
  return [...lines, ...statement(`${last}:`)];
}

/** Comma-separated parts, as many on a line as it holds. */
export function pack(parts: readonly string[]): string[] {
  const lines: string[] = [];
  let line = "";
  parts.forEach((part, i) => {
    const item = i === parts.length - 1 ? part : `${part},`;
    if (line !== "" && line.length + item.length + 3 > lineLength) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? `  ${item}` : `${line} ${item}`;
  });
  return [...lines, line];
}
