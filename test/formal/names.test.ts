import { CircuitError, input, instance, type Module, module, output, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { equivalence, type Property, prove } from "../../formal/index.ts";
import { sourcesOf } from "../../formal/prove.ts";

const ports = { a: input(uint(4)), c: output(uint(4)) };
const inverter = (name: string) => module({ name, ports }, (io) => io.c.set(io.a.not()));
const buffer = (name: string) => module({ name, ports }, (io) => io.c.set(io.a));

/** A module around another. */
const around = (name: string, child: Module<typeof ports>) =>
  module({ name, ports }, (io) => io.c.set(instance("inner", child, { a: io.a }).c));

const verdictOf = async (left: Module, right: Module): Promise<string> =>
  (await prove(equivalence(left, right))).verdict;

/** Names that texts around a design use, or used once, or might. */
const names = ["check", "left_unit", "right_unit", "other_b", "left", "dut", "Check"];

test.each(names)(
  "a module called %s is compared, not put in the place of the checker",
  async (name) => {
    expect(await verdictOf(inverter(name), buffer("b"))).toBe("disproved");
    expect(await verdictOf(buffer("b"), inverter(name))).toBe("disproved");
    expect(await verdictOf(inverter(name), inverter("b"))).toBe("proved");
    expect(await verdictOf(around("top", inverter(name)), buffer("top"))).toBe("disproved");
    expect(await verdictOf(buffer("top"), around("top", inverter(name)))).toBe("disproved");
    expect(await verdictOf(around("top", inverter(name)), inverter("top"))).toBe("proved");
  },
);

test("a left module called as the right one might be", async () => {
  for (const name of ["other_b", "right_b", "b", "B"]) {
    expect(await verdictOf(inverter(name), buffer("b"))).toBe("disproved");
    expect(await verdictOf(around("t", inverter(name)), around("t", buffer("b")))).toBe(
      "disproved",
    );
  }
});

test("children of one name with different bodies, left and right", async () => {
  expect(await verdictOf(around("l", inverter("x")), around("r", buffer("x")))).toBe("disproved");
  expect(await verdictOf(around("l", inverter("x")), around("r", inverter("x")))).toBe("proved");
  const twice = (first: Module<typeof ports>, second: Module<typeof ports>) =>
    module({ name: "twice", ports }, (io) => {
      const middle = instance("one", first, { a: io.a }).c;
      io.c.set(instance("two", second, { a: middle }).c);
    });
  for (const [one, two] of [
    ["x", "x"],
    ["x", "X"],
  ] as const) {
    expect(await verdictOf(twice(inverter(one), buffer(two)), inverter("y"))).toBe("proved");
    expect(await verdictOf(twice(buffer(one), inverter(two)), buffer("y"))).toBe("disproved");
  }
});

test("ports called as the checker's own names", async () => {
  for (const name of ["left", "right", "left_c", "left_unit_c", "right_unit", "check", "left_a"]) {
    const named = { [name]: input(uint(4)), c: output(uint(4)) };
    const make = (value: "same" | "opposite") =>
      module({ name: "m", ports: named }, (io) => {
        const a = (
          io as unknown as Record<string, Parameters<typeof io.c.set>[0] & { not(): never }>
        )[name]!;
        io.c.set(value === "same" ? a : a.not());
      });
    expect(await verdictOf(make("same"), make("opposite"))).toBe("disproved");
    expect(await verdictOf(make("opposite"), make("opposite"))).toBe("proved");
  }
});

const property = (modules: readonly Module[], checker: string): Property => ({
  circuit: "c",
  parameters: {},
  name: "c is a",
  clocked: false,
  checker,
  subject: modules.at(-1)!,
  helpers: modules.slice(0, -1),
});
const isBuffer = (dut: string): string => `module check(input [3:0] a);
  wire [3:0] c;
  ${dut} dut(.a(a), .c(c));
  always @* assert (c == a);
endmodule
`;

test("a module below the subject of a property called like the checker", async () => {
  for (const child of ["check", "Check", "dut"]) {
    const wrong = property([around("top", inverter(child))], isBuffer("top"));
    expect((await prove(wrong)).verdict).toBe("disproved");
    const right = property([around("top", buffer(child))], isBuffer("top"));
    expect((await prove(right)).verdict).toBe("proved");
  }
});

test("two modules of a property that place different modules of one name", async () => {
  const both = (first: Module, second: Module) =>
    property(
      [first, second],
      `module check(input [3:0] a);
  wire [3:0] b, c;
  one one(.a(a), .c(b));
  two two(.a(a), .c(c));
  always @* assert (b == c);
endmodule
`,
    );
  const one = around("one", inverter("x"));
  expect((await prove(both(one, around("two", buffer("x"))))).verdict).toBe("disproved");
  expect((await prove(both(one, around("two", inverter("x"))))).verdict).toBe("proved");
});

test("a module called like the checker of its property, and two called alike, are refused", async () => {
  const same = property([inverter("check")], isBuffer("check"));
  expect(() => sourcesOf(same)).toThrow(CircuitError);
  expect(await prove(same)).toMatchObject({
    verdict: "unknown",
    reason: "two modules that are read together are called `check`; give one of them another name",
  });
  const two = property([inverter("x"), buffer("x")], isBuffer("x"));
  expect((await prove(two)).verdict).toBe("unknown");
});
