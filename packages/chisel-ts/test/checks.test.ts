import { describe, expect, test } from "vitest";
import {
  bool,
  CircuitError,
  enumeration,
  input,
  instance,
  literal,
  memory,
  module,
  mux,
  named,
  output,
  queue,
  register,
  sint,
  uint,
  when,
  wire,
} from "../src/index.ts";

/** The message of a circuit that cannot be built, with this file's line numbers blanked. */
function messageOf(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    expect(error).toBeInstanceOf(CircuitError);
    return (error as Error).message.replaceAll(/checks\.test\.ts:\d+/g, "checks.test.ts:LINE");
  }
  throw new Error("the circuit was accepted");
}

const ports = { a: input(uint(8)), b: input(uint(9)), y: output(uint(8)) };

describe("circuits wrong on purpose", () => {
  test("width mismatch names both signals, both widths and the line", () => {
    expect(
      messageOf(() => module({ name: "m", ports }, ({ a, b, y }) => y.set(a.and(b)))),
    ).toMatchInlineSnapshot(
      `"cannot and \`a\` (8 bits) and \`b\` (9 bits): operands must have one width, these have 8 and 9 bits (test/checks.test.ts:LINE)"`,
    );
  });

  test("a driver of the wrong width", () => {
    expect(
      messageOf(() => module({ name: "m", ports }, ({ a, b, y }) => y.set(a.add(b)))),
    ).toMatchInlineSnapshot(
      `"\`y\` is UInt 8 but the add of test/checks.test.ts:LINE (10 bits) is UInt 10; extend, truncate, asUInt and asSInt convert (test/checks.test.ts:LINE)"`,
    );
  });

  test("a driver of the wrong type is refused by the type checker and at run time", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(uint(8)), y: output(sint(8)) } }, ({ a, y }) =>
          // @ts-expect-error an UInt does not drive an SInt
          y.set(a),
        ),
      ),
    ).toMatchInlineSnapshot(
      `"\`y\` is SInt 8 but \`a\` (8 bits) is UInt 8; extend, truncate, asUInt and asSInt convert (test/checks.test.ts:LINE)"`,
    );
  });

  test("a wrong port name is refused by the type checker", () => {
    module({ name: "m", ports: { a: input(bool()), y: output(bool()) } }, (io) => {
      // @ts-expect-error there is no port b
      expect(io.b).toBeUndefined();
      io.y.set(io.a);
    });
  });

  test("undriven output", () => {
    expect(
      messageOf(() => module({ name: "m", ports: { y: output(bool()) } }, () => {})),
    ).toMatchInlineSnapshot(`"\`y\` is never driven; set it (test/checks.test.ts:LINE)"`);
  });

  test("a wire driven on some paths only", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(bool()), y: output(bool()) } }, ({ a, y }) =>
          when(a, () => y.set(true)),
        ),
      ),
    ).toMatchInlineSnapshot(
      `"\`y\` is not driven on every path: set at test/checks.test.ts:LINE only under a condition; give it a value before the when, or an otherwise (test/checks.test.ts:LINE)"`,
    );
  });

  test("doubly driven", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(bool()), y: output(bool()) } }, ({ a, y }) => {
          y.set(a);
          y.set(a.not());
        }),
      ),
    ).toMatchInlineSnapshot(
      `"\`y\` is driven twice: at test/checks.test.ts:LINE and again at test/checks.test.ts:LINE; the first would be lost. Choose with when or mux"`,
    );
  });

  test("a conditional driver that a later one would hide", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(bool()), y: output(bool()) } }, ({ a, y }) => {
          when(a, () => y.set(true));
          y.set(a.not());
        }),
      ),
    ).toContain("driven twice");
  });

  test("combinational loop, with every signal on it", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(uint(4)), y: output(uint(4)) } }, ({ a, y }) => {
          const around = wire("around", uint(4));
          around.set(around.xor(a));
          y.set(around);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"\`m\` has a combinational loop: the xor of test/checks.test.ts:LINE (4 bits) → \`around\` (4 bits) of test/checks.test.ts:LINE → the xor of test/checks.test.ts:LINE (4 bits); a register must break it"`,
    );
  });

  test("a loop that closes through an instance", () => {
    const inverter = module(
      { name: "inverter", ports: { a: input(bool()), y: output(bool()) } },
      (io) => io.y.set(io.a.not()),
    );
    expect(
      messageOf(() =>
        module({ name: "ring", ports: { y: output(bool()) } }, ({ y }) => {
          const back = wire("back", bool());
          const stage = instance("stage", inverter, { a: back });
          back.set(stage.y);
          y.set(back);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"\`ring\` has a combinational loop: \`stage.y\` (1 bit) of test/checks.test.ts:LINE → \`back\` (1 bit) of test/checks.test.ts:LINE → \`stage.y\` (1 bit) of test/checks.test.ts:LINE; a register must break it"`,
    );
  });

  test("name collision", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(bool()), y: output(bool()) } }, ({ a, y }) => {
          const first = register("state", bool(), { reset: 0 });
          const second = register("state", bool(), { reset: 0 });
          first.set(a);
          second.set(first);
          y.set(second);
        }),
      ),
    ).toMatchInlineSnapshot(
      `"\`state\` names both the register of test/checks.test.ts:LINE and the register of test/checks.test.ts:LINE in module \`m\`; give one of them another name"`,
    );
  });

  test("reserved word", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(bool()), reg: output(bool()) } }, (io) =>
          io.reg.set(io.a),
        ),
      ),
    ).toMatchInlineSnapshot(
      `"\`reg\` cannot name the output: it is a reserved word of Verilog; \`reg_\` would do (test/checks.test.ts:LINE)"`,
    );
  });

  test("a name that is no identifier", () => {
    expect(
      messageOf(() =>
        module({ name: "m", ports: { a: input(bool()), "x-y": output(bool()) } }, (io) =>
          io["x-y"].set(io.a),
        ),
      ),
    ).toMatchInlineSnapshot(
      `"\`x-y\` cannot name the output: a name is a letter, then letters, digits and underscores (test/checks.test.ts:LINE)"`,
    );
  });

  test("unused input", () => {
    expect(
      messageOf(() => module({ name: "m", ports }, ({ a, y }) => y.set(a))),
    ).toMatchInlineSnapshot(
      `"input \`b\` (9 bits) of \`m\` is never used; remove it, or say unused(…) (test/checks.test.ts:LINE)"`,
    );
  });

  test("a signal of another module", () => {
    let stolen = literal(uint(8), 0);
    module({ name: "first", ports: { a: input(uint(8)), y: output(uint(8)) } }, ({ a, y }) => {
      stolen = a;
      y.set(a);
    });
    expect(
      messageOf(() =>
        module({ name: "second", ports: { y: output(uint(8)) } }, ({ y }) => y.set(stolen)),
      ),
    ).toMatchInlineSnapshot(
      `"\`a\` (8 bits) belongs to another module; \`second\` reads it only through a port (test/checks.test.ts:LINE)"`,
    );
  });

  test("literals, slices, depths and widths out of range", () => {
    expect([
      messageOf(() => literal(uint(4), 16)),
      messageOf(() => literal(sint(4), -9)),
      messageOf(() => literal(uint(64), 2 ** 60)),
      messageOf(() => literal(uint(4), 3).bits(4, 0)),
      messageOf(() => uint(0)),
      messageOf(() => register("r", bool())),
      messageOf(() => enumeration("none", [])),
      messageOf(() => queue({ type: uint(8), depth: 0 })),
      messageOf(() =>
        module({ name: "m", ports: {} }, () => memory("words", { depth: 2.5, type: uint(8) })),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "16 does not fit UInt 4 (0 to 15): it needs 5 bits (test/checks.test.ts:LINE)",
        "-9 does not fit SInt 4 (-8 to 7): it needs 5 bits (test/checks.test.ts:LINE)",
        "1152921504606847000 does not fit UInt 64: it is not exact as a double; write a bigint (test/checks.test.ts:LINE)",
        "the high bit of bits of the literal 3 (4 bits) is a whole number from 0 to 3, not 4 (test/checks.test.ts:LINE)",
        "uint(0): a width is a whole number of bits from 1 to 1048576 (test/checks.test.ts:LINE)",
        "register needs a module around it: call it inside module(…) (test/checks.test.ts:LINE)",
        "enumeration \`none\` has no members (test/checks.test.ts:LINE)",
        "a queue holds 1 word or more, not 0 (test/checks.test.ts:LINE)",
        "the depth of \`words\` must be a whole number ≥ 1, it is 2.5 (test/checks.test.ts:LINE)",
      ]
    `);
  });
});

describe("a function on signals computes on literals", () => {
  test("widths grow and nothing is lost", () => {
    const a = literal(sint(8), -128);
    expect(a.mul(a).value).toBe(16384n);
    expect(a.add(a).value).toBe(-256n);
    expect(a.negate().value).toBe(128n);
    expect(a.shiftLeft(3).value).toBe(-1024n);
    expect(a.shiftRight(9).value).toBe(-1n);
    expect(literal(uint(8), 255).add(literal(uint(4), 15)).value).toBe(270n);
    expect(literal(uint(8), 3).sub(literal(uint(4), 15)).value).toBe(-12n);
    expect(mux(literal(bool(), 1), a, a.not()).value).toBe(-128n);
  });
});

test("a value must be named inside a module", () => {
  expect(messageOf(() => named({ x: literal(uint(4), 1) }))).toContain("needs a module around it");
});
