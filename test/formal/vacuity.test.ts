import { CircuitError, input, module, output, sint, uint, unused } from "@chisel-ts/core";
import { expect, test } from "vitest";
import {
  equivalence,
  inputsOf,
  instantiate,
  type Property,
  propertiesOf,
  prove,
  sanity,
} from "../../formal/index.ts";

const ports = { a: input(uint(4)), c: output(uint(4)) };
const inverter = module({ name: "inverter", ports }, (io) => io.c.set(io.a.not()));

const property = (checker: string, clocked = false): Property => ({
  circuit: "inverter",
  parameters: {},
  name: "said",
  subject: inverter,
  clocked,
  checker,
});

/** A checker around the inverter. */
const around = (body: string, inputs = "input [3:0] a"): Property =>
  property(
    `module check(${inputs});
  wire [3:0] c;
  inverter dut(.a(a), .c(c));
  ${body}
endmodule
`,
    inputs.includes("clock"),
  );
const clocks = "input clock, input reset, input [3:0] a";

test("a check at the clock's edge is one of that clock", async () => {
  const body = "always @(posedge clock) assert (c == ~a);";
  expect(await prove(around(body, clocks))).toMatchObject({ verdict: "proved" });
});

test("a property that is about the module is proved", async () => {
  expect(await prove(around("always @* assert (c == ~a);"))).toMatchObject({ verdict: "proved" });
  expect(await prove(around("always @* assert (c == a);"))).toMatchObject({ verdict: "disproved" });
});

test.each([
  ["no assertion", "", "there is no assertion to prove"],
  [
    "a constant",
    "always @* assert (1);",
    "it holds whatever inverter does: its outputs play no part",
  ],
  [
    "an output and itself",
    "always @* assert (c == c);",
    "it holds whatever inverter does: its outputs play no part",
  ],
  [
    "a condition that never holds",
    "always @* if (a == 3 && a == 4) assert (c == a);",
    "it holds whatever inverter does: its outputs play no part",
  ],
  [
    "assumptions that contradict",
    "always @* begin assume (a == 3); assume (a[0] == 0); assert (c == a); end",
    "no inputs can meet the assumptions",
  ],
] as const)("vacuous: %s", async (_, body, reason) => {
  expect(await prove(around(body))).toMatchObject({ verdict: "vacuous", reason });
});

test.each([
  [
    "a run that never leaves reset",
    "always @* begin assume (reset); if (!reset) assert (c == a); end",
    "no run that leaves reset can meet the assumptions",
  ],
  [
    "an assertion at an edge that is always in reset",
    "always @(posedge clock) if (reset && !reset) assert (c == a);",
    "it holds whatever inverter does: its outputs play no part",
  ],
  [
    "assumptions that soon contradict",
    `reg [1:0] steps = 0;
  always @(posedge clock) steps <= steps + (steps != 3);
  always @* begin assume (steps < 2); assert (c == ~a); end`,
    "no run that leaves reset can meet the assumptions",
  ],
] as const)("vacuous with a clock: %s", async (_, body, reason) => {
  expect(await prove(around(body, clocks))).toMatchObject({ verdict: "vacuous", reason });
});

test("a checker without the module says nothing of it", async () => {
  const checker = `module check(input [3:0] a);
  always @* assert (a + 4'd1 != a);
endmodule
`;
  expect(await prove(property(checker))).toMatchObject({
    verdict: "vacuous",
    reason: "the checker has no instance of inverter, so it says nothing of it",
  });
});

test.each([
  [
    "a wire that nothing drives",
    "wire [3:0] d; always @* assert ((c ^ a) == 15 || d == 3);",
    "no driver",
  ],
  [
    "a name that is nowhere declared",
    "always @* assert ((c ^ a) == 15 || d);",
    "implicitly declared",
  ],
  [
    "two drivers",
    "wire d = a[0]; assign d = a[1]; always @* assert (c == ~a || d);",
    "conflicting",
  ],
  [
    "a loop",
    "wire [1:0] d; assign d = {d[0], ~d[1] ^ a[0]}; always @* assert (c == ~a && d != 1);",
    "loop",
  ],
] as const)("no proof rests on %s", async (_, body, words) => {
  expect(await prove(around(body))).toMatchObject({
    verdict: "unknown",
    reason: expect.stringContaining(words),
  });
});

test.each([
  ["another edge", "reg d; always @(negedge clock) d <= a[0]; always @* assert (c == ~a || d);"],
  ["another clock", "reg d; always @(posedge a[0]) d <= a[1]; always @* assert (c == ~a || d);"],
  ["a check at another edge", "always @(negedge clock) assert (c == ~a);"],
  ["a check at another clock", "always @(posedge a[0]) assert (c == ~a);"],
  ["a latch", "reg d; always @* if (a[0]) d = a[1]; always @* assert (c == ~a || d);"],
] as const)("no proof rests on %s", async (_, body) => {
  expect(await prove(around(body, clocks))).toMatchObject({
    verdict: "unknown",
    reason:
      "1 registers, checks or latches do not go by the rising edge of clock, and a proof knows no other",
  });
});

test("an x is anything, not 0", async () => {
  const body = "wire [3:0] d = 4'bx; always @* assert (c == ~a && d == 0);";
  expect((await prove(around(body))).verdict).toBe("disproved");
});

test("nothing to compare, and what cannot be compared, is refused", () => {
  const silent = module({ name: "silent", ports: { a: input(uint(4)) } }, (io) => unused(io.a));
  expect(() => equivalence(silent, silent)).toThrow(CircuitError);
  const other = (type: typeof ports.a) =>
    module({ name: "other", ports: { a: type, c: output(uint(4)) } }, (io) =>
      io.c.set(io.a.bits(3, 0)),
    );
  for (const type of [input(uint(5)), input(sint(4)) as never]) {
    expect(() => equivalence(inverter, other(type))).toThrow(/^only one of inverter and other has/);
  }
});

test("ports that are called like those of a stream, but are none, count in every cycle", async () => {
  const flat = { a: input(uint(1)), x_valid: output(uint(1)), x_bits: output(uint(1)) };
  const make = (bits: number) =>
    module({ name: "flat", ports: flat }, (io) => {
      io.x_valid.set(io.a);
      io.x_bits.set(io.a.or(bits));
    });
  expect((await prove(equivalence(make(0), make(1)))).verdict).toBe("disproved");
});

/** All but searches for runs of whole jobs, and shifts of the requantizer that are like the first. */
const isShort = ({ name }: Property): boolean =>
  !/comes to its end|of a second tile|shift ([1-9]|[1-5]\d|6[0-3])\b/.test(name);

test("each kind of property is broken by a mistake in its circuit", {
  timeout: 400_000,
}, async () => {
  const properties = [
    ...propertiesOf("decode", {}),
    ...propertiesOf("product", {}).slice(1, 3),
    ...propertiesOf("accumulate", { accumulator: 24 }),
    ...propertiesOf("mac", { accumulator: 24 }).slice(0, 1),
    ...propertiesOf("queue", {}).slice(0, 5),
    ...propertiesOf("gearbox", {}).slice(0, 6),
    ...propertiesOf("dot", { lanes: 2 }),
    ...propertiesOf("processing_element", {}).slice(0, 1),
    ...propertiesOf("systolic", { rows: 1, columns: 2 }),
    ...propertiesOf("array", { rows: 1, columns: 1 }).filter(isShort),
    ...propertiesOf("accelerator", { lanes: 1, rows: 1, terms: 4 }).filter(isShort),
    equivalence(inverter, inverter),
  ];
  for (const each of properties) {
    const { verdict, found } = await sanity(each);
    expect({ name: each.name, verdict: verdict.verdict, found }).toEqual({
      name: each.name,
      verdict: "proved",
      found: expect.any(String),
    });
  }
});

test("a property that no mistake breaks is reported", async () => {
  const { found, tried, vacuous } = await sanity(around("always @* assert (c == c);"));
  expect({ found, vacuous }).toEqual({
    found: undefined,
    vacuous: "it holds whatever inverter does: its outputs play no part",
  });
  expect(tried).toBeGreaterThan(2);
});

test("a specification is built on a circuit that is known", async () => {
  const double = module({ name: "double", ports }, (io) => io.c.set(io.a.addWrap(io.a)));
  const four = module({ name: "four", ports }, (io) => io.c.set(io.a.shiftLeftWrap(2)));
  const about = (subject: typeof four): Property => ({
    circuit: "four",
    parameters: {},
    name: "twice doubled",
    clocked: false,
    subject,
    helpers: [double],
    checker: `module check(${inputsOf(subject).join(", ")});
  ${instantiate(subject, { name: "dut" })}
  ${instantiate(double, { name: "once", ports: { c: "doubled" } })}
  ${instantiate(double, { name: "again", ports: { a: "doubled", c: "expected" } })}
  always @* assert (c == expected);
endmodule
`,
  });
  expect(await prove(about(four))).toMatchObject({ verdict: "proved" });
  const three = module({ name: "four", ports }, (io) => io.c.set(io.a.addWrap(io.a).addWrap(io.a)));
  expect(await prove(about(three))).toMatchObject({ verdict: "disproved" });
  expect(() => instantiate(double, { name: "dut", ports: { b: "x" } })).toThrow(
    new CircuitError("double has no port `b`; it has a, c"),
  );
});
