import { expect, test } from "vitest";
import * as core from "../src/index.ts";

const { bool, input, output, uint } = core;

type Call = (...given: readonly unknown[]) => unknown;

/** For those who write engines; TypeScript is what they are called from. */
const internal = new Set([
  ...[
    "at",
    "checkModule",
    "checkName",
    "checkNames",
    "displayText",
    "emitModule",
    "isTable",
    "mask",
  ],
  ...["namedValues", "operandsOf", "operationRow", "resetPortOf", "textsByName", "valueAt"],
  ...["verilogNames"],
]);

const functions = Object.entries<unknown>(core).filter(
  (entry): entry is [string, Call] =>
    typeof entry[1] === "function" && /^[a-z]/.test(entry[0]) && !internal.has(entry[0]),
);

const pass = core.module({ name: "pass", ports: { x: input(uint(4)), y: output(uint(4)) } }, (io) =>
  io.y.set(io.x),
);

/** Values of every kind; each is wrong for most functions. */
const plain = {
  undefined: undefined,
  null: null,
  number: 3,
  fraction: 0.5,
  bigint: 5n,
  text: "word",
  flag: true,
  list: [],
  holes: [undefined],
  numbers: [1, 2],
  object: {},
  function: () => undefined,
  type: uint(4),
  port: input(uint(4)),
  module: pass,
};
type Kinds = Readonly<Record<string, unknown>>;

/** What calls throw that says nothing to whoever wrote them: a TypeError of the language's own code. */
function rawErrors(name: string, call: Call, kinds: Kinds): string[] {
  const found: string[] = [];
  const run = (shown: string, ...given: readonly unknown[]): void => {
    try {
      call(...given);
    } catch (error) {
      if (error instanceof core.ChiselError || error instanceof RangeError) return;
      found.push(`${name}(${shown}): ${error}`);
    }
  };
  for (const [kind, value] of Object.entries(kinds)) {
    run(kind, value);
    for (const first of ["text", "signal", "bit", "module", "vector"])
      if (first in kinds) run(`${first}, ${kind}`, kinds[first], value);
    run(`signal, signal, ${kind}`, kinds.signal, kinds.signal, value);
    run(`text, type, ${kind}`, "word", kinds.type, value);
  }
  return found;
}

/** Protected, but for JavaScript. */
const hidden = new Set(["constructor", "distance", "grow", "make", "same"]);

/** The methods of a value, those of what it inherits among them. */
function methodsOf(value: object): [string, Call][] {
  const found = new Map<string, Call>();
  for (
    let from = value;
    from !== Object.prototype && from !== null;
    from = Object.getPrototypeOf(from)
  )
    for (const key of Object.getOwnPropertyNames(from)) {
      const { value: method } = Object.getOwnPropertyDescriptor(from, key) ?? {};
      if (typeof method === "function" && !hidden.has(key) && !found.has(key))
        found.set(key, (...given) => method.apply(value, given));
    }
  return [...found];
}

/** Runs in a circuit, which is given up after. */
function within(body: (kinds: Kinds) => string[]): string[] {
  let found: string[] = [];
  const ports = { x: input(uint(4)), b: input(bool()), y: output(uint(4)) };
  expect(() =>
    core.module({ name: "around", ports }, (io) => {
      found = body({
        ...plain,
        signal: io.x,
        bit: io.b,
        target: io.y,
        vector: new core.Vec([io.x, io.x]),
        enumeration: core.enumeration("states", ["A", "B"]),
      });
      throw new RangeError("given up");
    }),
  ).toThrow("given up");
  return found;
}

test("outside of circuits, every function says in words what it needs", () => {
  expect(functions.length).toBeGreaterThan(50);
  expect(functions.flatMap(([name, call]) => rawErrors(name, call, plain))).toEqual([]);
});

test("within a circuit, too", () => {
  const found = within((kinds) =>
    functions.flatMap(([name, call]) => rawErrors(name, call, kinds)),
  );
  expect(found).toEqual([]);
});

test("so do the methods of signals, targets, vectors, memories and tables", () => {
  const found = within((kinds) => {
    const values: Readonly<Record<string, object>> = {
      uint: kinds.signal as object,
      bool: kinds.bit as object,
      sint: core.wire("signed", core.sint(8)),
      register: core.register("held", uint(4)),
      vector: kinds.vector as object,
      targets: core.wire("several", core.vec(2, uint(4))),
      memory: core.memory("words", { depth: 4, type: uint(4) }),
      rom: core.rom("table", { type: uint(4), contents: [1, 2] }),
      when: core.when((kinds as { bit: core.Bool }).bit, () => {}),
      switch: core.switchOn((kinds as { signal: core.UInt }).signal),
    };
    return Object.entries(values).flatMap(([kind, value]) =>
      methodsOf(value).flatMap(([name, call]) => rawErrors(`${kind}.${name}`, call, kinds)),
    );
  });
  expect(found).toEqual([]);
});
