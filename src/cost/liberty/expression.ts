/** A Boolean expression over named pins, as Liberty writes one. */
export type Expression =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "pin"; readonly name: string }
  | { readonly kind: "not"; readonly of: Expression }
  | {
      readonly kind: "and" | "or" | "xor";
      readonly left: Expression;
      readonly right: Expression;
    };

const token = /\s*([A-Za-z_][\w[\].]*|[01()!'^*&+|])/y;

/** Parentheses and negations inside one another, and tokens of one text; a cell's function has far fewer. */
const [deepest, maximum] = [200, 4096];

/**
 * The expression that a Liberty text writes: `!A`, `A'`, AND as `*`, `&` or a blank, XOR `^`, OR `+` or `|`,
 * in falling precedence; `undefined` when it is none.
 *
 * @example parseExpression("!A&B") // and(not(A), B)
 */
export function parseExpression(text: string): Expression | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ""; end = token.lastIndex) {
    token.lastIndex = end;
    const found = token.exec(text)?.[1];
    if (found === undefined || tokens.length === maximum) return undefined;
    tokens.push(found);
  }
  let at = 0;
  let depth = 0;

  function primary(): Expression | undefined {
    const first = tokens[at++];
    if (first === undefined || depth > deepest) return undefined;
    if (first === "!") {
      depth += 1;
      const operand = primary();
      depth -= 1;
      return operand && not(operand);
    }
    let result: Expression | undefined;
    if (first === "(") {
      depth += 1;
      result = sum();
      depth -= 1;
      if (tokens[at++] !== ")") return undefined;
    } else if (first === "0" || first === "1") result = constant(first === "1");
    else if (/^\w/.test(first)) result = pin(first);
    for (; result && tokens[at] === "'"; at += 1) result = not(result);
    return result;
  }

  const chain = (
    next: () => Expression | undefined,
    starts: (first: string) => boolean,
    operators: string,
    kind: "and" | "or" | "xor",
  ): Expression | undefined => {
    let left = next();
    for (let first = tokens[at]; left && first !== undefined && starts(first); first = tokens[at]) {
      if (operators.includes(first)) at += 1;
      const right = next();
      left = right && { kind, left, right };
    }
    return left;
  };
  const product = () => chain(primary, (first) => /^[\w(!*&]/.test(first), "*&", "and");
  const exclusive = () => chain(product, (first) => first === "^", "^", "xor");
  function sum(): Expression | undefined {
    return chain(exclusive, (first) => first === "+" || first === "|", "+|", "or");
  }

  const result = sum();
  return at === tokens.length ? result : undefined;
}

export const constant = (value: boolean): Expression => ({ kind: "constant", value });
export const pin = (name: string): Expression => ({ kind: "pin", name });

export function not(of: Expression): Expression {
  if (of.kind === "constant") return constant(!of.value);
  return of.kind === "not" ? of.of : { kind: "not", of };
}

/** AND, OR or XOR of two expressions, simpler where one of them is a constant. */
export function both(kind: "and" | "or" | "xor", left: Expression, right: Expression): Expression {
  if (left.kind === "constant") return withConstant(kind, left.value, right);
  if (right.kind === "constant") return withConstant(kind, right.value, left);
  return { kind, left, right };
}

function withConstant(kind: "and" | "or" | "xor", value: boolean, other: Expression): Expression {
  if (kind === "xor") return value ? not(other) : other;
  return value === (kind === "or") ? constant(value) : other;
}

/** The expression with every pin replaced by an expression. */
export function substitute(given: Expression, by: (name: string) => Expression): Expression {
  switch (given.kind) {
    case "constant":
      return given;
    case "pin":
      return by(given.name);
    case "not":
      return not(substitute(given.of, by));
    default:
      return both(given.kind, substitute(given.left, by), substitute(given.right, by));
  }
}

/** The names of the pins in an expression, each once. */
export function pinsOf(given: Expression): Set<string> {
  const names = new Set<string>();
  substitute(given, (name) => {
    names.add(name);
    return constant(false);
  });
  return names;
}

/** Where the value of an expression depends on a pin: its Boolean difference. */
export function difference(given: Expression, name: string): Expression {
  const cofactor = (value: boolean) =>
    substitute(given, (other) => (other === name ? constant(value) : pin(other)));
  return both("xor", cofactor(false), cofactor(true));
}
