/** A Boolean function over named pins, of 32 cases at once: every bit of a value is a case of its own. */
export type BooleanFunction = (value: (pin: string) => number) => number;

const token = /\s*([A-Za-z_][\w[\].]*|[01()!'^*&+|])/y;

/**
 * The function that a Liberty text writes: `!A`, `A'`, AND as `*`, `&` or a blank, XOR `^`, OR `+` or `|`,
 * in falling precedence; `undefined` when it is none.
 */
export function parseFunction(text: string): BooleanFunction | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ""; end = token.lastIndex) {
    token.lastIndex = end;
    const found = token.exec(text)?.[1];
    if (found === undefined) return undefined;
    tokens.push(found);
  }
  let at = 0;
  let depth = 0;

  function primary(): BooleanFunction | undefined {
    const first = tokens[at++];
    if (first === undefined || depth > 200) return undefined;
    if (first === "!") {
      depth += 1;
      const operand = primary();
      depth -= 1;
      return operand && ((value) => ~operand(value));
    }
    let result: BooleanFunction | undefined;
    if (first === "(") {
      depth += 1;
      result = sum();
      depth -= 1;
      if (tokens[at++] !== ")") return undefined;
    } else if (first === "0" || first === "1") result = () => (first === "1" ? -1 : 0);
    else if (/^\w/.test(first)) result = (value) => value(first);
    for (; result && tokens[at] === "'"; at += 1) {
      const plain = result;
      result = (value) => ~plain(value);
    }
    return result;
  }

  const chain = (
    next: () => BooleanFunction | undefined,
    starts: (first: string) => boolean,
    operators: string,
    combine: (a: number, b: number) => number,
  ): BooleanFunction | undefined => {
    let left = next();
    for (let first = tokens[at]; left && first !== undefined && starts(first); first = tokens[at]) {
      if (operators.includes(first)) at += 1;
      const [a, b] = [left, next()];
      left = b && ((value) => combine(a(value), b(value)));
    }
    return left;
  };
  const product = () =>
    chain(
      primary,
      (first) => /^[\w(!*&]/.test(first),
      "*&",
      (a, b) => a & b,
    );
  const exclusive = () =>
    chain(
      product,
      (first) => first === "^",
      "^",
      (a, b) => a ^ b,
    );
  function sum(): BooleanFunction | undefined {
    return chain(
      exclusive,
      (first) => first === "+" || first === "|",
      "+|",
      (a, b) => a | b,
    );
  }

  const result = sum();
  return at === tokens.length ? result : undefined;
}
