import { type Expression, parseExpression } from "./expression.ts";

/** A Boolean function over named pins, of 32 cases at once: every bit of a value is a case of its own. */
export type BooleanFunction = (value: (pin: string) => number) => number;

/** The function that a Liberty text writes, as `parseExpression` reads it; `undefined` when it is none. */
export function parseFunction(text: string): BooleanFunction | undefined {
  const expression = parseExpression(text);
  return expression && functionOf(expression);
}

function functionOf(expression: Expression): BooleanFunction {
  switch (expression.kind) {
    case "constant":
      return () => (expression.value ? -1 : 0);
    case "pin":
      return (value) => value(expression.name);
    case "not": {
      const operand = functionOf(expression.of);
      return (value) => ~operand(value);
    }
    default: {
      const [left, right] = [functionOf(expression.left), functionOf(expression.right)];
      if (expression.kind === "and") return (value) => left(value) & right(value);
      if (expression.kind === "or") return (value) => left(value) | right(value);
      return (value) => left(value) ^ right(value);
    }
  }
}
