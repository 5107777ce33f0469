/** A variable of a value change dump and its pattern, as an unsigned integer, at each rising edge. */
export interface DumpedVariable {
  readonly width: number;
  readonly patterns: bigint[];
}

interface Variable extends DumpedVariable {
  pattern: bigint | undefined;
}

/** What a dump holds: variables by hierarchical name, and the times of the clock's edges in ns. */
export interface Dump {
  readonly variables: Map<string, DumpedVariable>;
  readonly rising: number[];
  readonly falling: number[];
  readonly end: number;
}

/**
 * Reads a four-state value change dump without x and z by IEEE 1364-2005, clause 18.2, token by token, and
 * throws on whatever the clause does not allow or that a compact writer does not write: a change to the
 * value it already has. Patterns are sampled at the end of each time at which `clock` rises.
 */
export function readVcd(text: string, clock: string): Dump {
  const tokens = text.split(/\s+/).filter((token) => token !== "");
  let position = 0;
  const next = (): string => {
    const token = tokens[position++];
    if (token === undefined) throw new Error("the dump ends early");
    return token;
  };
  const section = (): string[] => {
    const words: string[] = [];
    for (let word = next(); word !== "$end"; word = next()) words.push(word);
    return words;
  };

  const byCode = new Map<string, Variable>();
  const variables = new Map<string, Variable>();
  const path: string[] = [];
  for (let keyword = next(); ; keyword = next()) {
    const words = section();
    if (keyword === "$enddefinitions") break;
    if (keyword === "$timescale") {
      if (words.join("") !== "1ns") throw new Error(`time scale ${words.join("")}`);
    } else if (keyword === "$scope") {
      if (words[0] !== "module" || words.length !== 2) throw new Error(`scope ${words.join(" ")}`);
      path.push(words[1]!);
    } else if (keyword === "$upscope") {
      if (path.pop() === undefined) throw new Error("more $upscope than $scope");
    } else if (keyword === "$var") {
      const [kind, size, code, reference, range, ...rest] = words;
      if (kind !== "wire" || rest.length > 0) throw new Error(`variable ${words.join(" ")}`);
      if (!/^[!-~]+$/.test(code!)) throw new Error(`identifier code ${code}`);
      const width = Number(size);
      if (range !== (width === 1 ? undefined : `[${width - 1}:0]`)) {
        throw new Error(`${reference} is ${width} bits wide and declared ${range}`);
      }
      const name = [...path, reference].join(".");
      if (byCode.has(code!) || variables.has(name)) throw new Error(`${code} ${name} twice`);
      const variable: Variable = { width, patterns: [], pattern: undefined };
      byCode.set(code!, variable);
      variables.set(name, variable);
    } else throw new Error(`keyword ${keyword}`);
  }
  if (path.length > 0) throw new Error(`scope ${path.join(".")} is open`);

  const clockVariable = variables.get(clock);
  if (clockVariable?.width !== 1) throw new Error(`there is no ${clock} of one bit`);
  variables.delete(clock);
  const rising: number[] = [];
  const falling: number[] = [];
  let time = -1;
  let clockBefore: bigint | undefined;
  const settle = (): void => {
    const now = clockVariable.pattern;
    if (now === clockBefore) return;
    (now === 1n ? rising : falling).push(time);
    clockBefore = now;
    if (now !== 1n) return;
    for (const { pattern, patterns } of variables.values()) {
      if (pattern === undefined) throw new Error("a variable has no value");
      patterns.push(pattern);
    }
  };
  const change = (code: string, digits: string): void => {
    const variable = byCode.get(code);
    if (!variable) throw new Error(`no variable has the code ${code}`);
    if (!/^[01]+$/.test(digits) || digits.length > variable.width) {
      throw new Error(`${digits} for ${variable.width} bits`);
    }
    const pattern = BigInt(`0b${digits}`);
    if (pattern === variable.pattern) throw new Error(`${code} does not change at ${time}`);
    variable.pattern = pattern;
  };
  while (position < tokens.length) {
    const token = next();
    if (token.startsWith("#")) {
      settle();
      const later = Number(token.slice(1));
      if (!(later > time)) throw new Error(`time ${later} after ${time}`);
      time = later;
    } else if (token === "$dumpvars") {
      if (rising.length > 0) throw new Error("initial values after the first edge");
    } else if (token === "$end") {
      for (const [name, { pattern }] of variables) {
        if (pattern === undefined) throw new Error(`${name} has no initial value`);
      }
    } else if (token.startsWith("b")) change(next(), token.slice(1));
    else change(token.slice(1), token.slice(0, 1));
  }
  settle();
  return { variables, rising, falling, end: time };
}
