import { describe, expect, test } from "vitest";
import {
  assert,
  CircuitError,
  emitModule,
  input,
  module,
  mux,
  named,
  output,
  register,
  reservedWords,
  uint,
  verilogNames,
  wire,
} from "../../src/index.ts";

const build = (name: string, make: (a: string) => void) =>
  module({ name, ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
    make("a");
    io.y.set(io.a);
  });

const message = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(CircuitError);
    return (error as Error).message;
  }
  return "no error";
};

describe("exact names", () => {
  test.each(["reg", "logic", "endmodule", "table", "final", "nettype", "wait_order"])(
    "a reserved word is refused: %s",
    (word) => {
      const text = message(() => build("m", () => register(word, uint(4), { reset: 0 })));
      expect(text).toMatch(
        /cannot name the register: it is a reserved word.*names\.test\.ts:\d+\)$/,
      );
    },
  );

  test.each(["clock", "reset"])("the implicit %s is refused", (word) => {
    const text = message(() => build("m", () => register(word, uint(4), { reset: 0 })));
    expect(text).toContain(`modules with state have an implicit \`${word}\``);
  });

  test.each(["", "_x", "2x", "a-b", "a$", "é", "a b", "a\nb"])("%j is no identifier", (word) => {
    const text = message(() => build("m", () => register(word, uint(4), { reset: 0 })));
    expect(text).toContain("a name is a letter, then letters, digits and underscores");
    expect(message(() => build(word, () => {}))).toContain("cannot name the module");
  });

  test("a clash names both lines", () => {
    const text = message(() => build("m", (name) => register(name, uint(4), { reset: 0 })));
    expect(text).toMatch(
      /^`a` names both the input of test\/verilog\/names\.test\.ts:\d+ and the register of test\/verilog\/names\.test\.ts:\d+ in module `m`; give one of them another name$/,
    );
  });

  test("a wire and a check clash too", () => {
    const text = message(() =>
      build("m", () => {
        const w = wire("same", uint(4));
        w.set(1);
        assert(w.eq(1), "same");
      }),
    );
    expect(text).toContain("the wire of");
    expect(text).toContain("the assert of");
  });
});

describe("names that give way", () => {
  const twice = module(
    { name: "twice", ports: { a: input(uint(4)), b: input(uint(4)), y: output(uint(4)) } },
    (io) => {
      const low = io.a.and(io.b);
      named({ a: low, and_1: io.a.or(io.b), reg: low.xor(io.a) });
      const reused = low.not();
      named({ y: reused });
      io.y.set(reused);
      named({ a: mux(io.a.eq(0), reused, low) });
    },
  );

  test("a taken name gets a number, a reserved one an underscore", () => {
    expect(Object.fromEntries(verilogNames(twice))).toEqual({
      a: "a",
      b: "b",
      y: "y",
      a_1: "a_1",
      and_1: "and_1",
      reg: "reg_",
      a_2: "a_2",
    });
    const text = emitModule(twice);
    expect(text).toContain("wire [3:0] a_1 = a & b;");
    expect(text).toContain("wire [3:0] and_1 = a | b;");
    expect(text).toContain("wire [3:0] reg_ = a_1 ^ a;");
  });

  test("a value named like the output that it drives is that output", () => {
    const text = emitModule(twice);
    expect(text).toContain("assign y = ~a_1;");
    expect(text).toContain("a_2 = (a == 4'd0) ? y : a_1;");
  });

  test("temporaries step over names that are taken", () => {
    const shared = module(
      { name: "shared", ports: { a: input(uint(4)), b: input(uint(4)), y: output(uint(4)) } },
      (io) => {
        const register1 = register("add_1", uint(4), { reset: 0 });
        const sum = io.a.addWrap(io.b);
        register1.set(sum.xor(sum.addWrap(register1)));
        io.y.set(register1);
      },
    );
    expect(emitModule(shared)).toContain("wire [3:0] add_2 = a + b;");
  });

  test("a malformed name is refused all the same", () => {
    const text = message(() =>
      module({ name: "m", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
        named({ "a.b": io.a });
        io.y.set(io.a);
      }),
    );
    expect(text).toContain("`a.b` cannot name the value");
  });
});

test("the list of reserved words holds both standards' keywords", () => {
  // IEEE 1364-2005 Annex B has 124 keywords, IEEE 1800-2017 Annex B 248 in all; 8 are words of single tools.
  expect(reservedWords.size).toBe(248 + 8);
  for (const word of reservedWords) expect(word).toMatch(/^[a-z][a-z0-9_]*$/);
});
