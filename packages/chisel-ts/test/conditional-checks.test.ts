import { expect, test } from "vitest";
import {
  assert,
  assume,
  type Bool,
  bool,
  cover,
  emitModule,
  enumeration,
  input,
  instance,
  type ir,
  match,
  module,
  mutants,
  operationRow,
  register,
  uint,
  when,
} from "../src/index.ts";

/** The value of a condition for given inputs, read from the IR alone. */
function evaluate(node: ir.Node, inputs: Readonly<Record<string, bigint>>): bigint {
  if (node.kind === "constant") return node.value;
  if (node.kind === "input") return inputs[node.name]!;
  if (node.kind !== "operation") throw new Error(node.kind);
  const widths = node.operands.map(({ width }) => width);
  const values = node.operands.map((operand) => evaluate(operand, inputs));
  const bits = operationRow(node.operation).evaluate(values, widths, node.parameters);
  return bits & ((1n << BigInt(node.width)) - 1n);
}

type Place = (a: boolean, b: boolean, c: boolean, s: number) => boolean;

/** Where each check stands, in plain TypeScript. */
const places: Record<string, Place> = {
  outside: () => true,
  in_a: (a) => a,
  in_a_b: (a, b) => a && b,
  in_a_not_b_c: (a, b, c) => a && !b && c,
  in_a_neither: (a, b, c) => a && !b && !c,
  not_a_b: (a, b) => !a && b,
  not_a_not_b_c: (a, b, c) => !a && !b && c,
  none: (a, b, c) => !a && !b && !c,
  idle: (_a, _b, _c, s) => s === 0,
  busy: (_a, _b, _c, s) => s === 1,
  done_in_c: (_a, _b, c, s) => s === 2 && c,
};

const states = enumeration("state", ["Idle", "Busy", "Done"]);

const checked = (kind: (condition: Bool, label: string) => void) =>
  module(
    {
      name: "checked",
      ports: {
        a: input(bool()),
        b: input(bool()),
        c: input(bool()),
        s: input(states.type),
        p: input(bool()),
      },
    },
    ({ a, b, c, s, p }) => {
      const check = (label: string) => kind(p, label);
      check("outside");
      when(a, () => {
        check("in_a");
        when(b, () => check("in_a_b"))
          .elsewhen(c, () => check("in_a_not_b_c"))
          .otherwise(() => check("in_a_neither"));
      })
        .elsewhen(b, () => check("not_a_b"))
        .elsewhen(c, () => check("not_a_not_b_c"))
        .otherwise(() => check("none"));
      match(states, s, {
        Idle: () => check("idle"),
        Busy: () => check("busy"),
        Done: () => when(c, () => check("done_in_c")),
      });
    },
  );

for (const [word, kind] of Object.entries({ assert, assume, cover })) {
  test(`${word} carries the condition of its place`, () => {
    const { checks } = checked(kind);
    expect(checks.map(({ label }) => label)).toEqual(Object.keys(places));
    for (let bits = 0; bits < 64; bits++) {
      const [a, b, c, p] = [0, 1, 2, 3].map((i) => ((bits >> i) & 1) === 1) as [
        boolean,
        boolean,
        boolean,
        boolean,
      ];
      const s = bits >> 4;
      const inputs = { a: BigInt(a), b: BigInt(b), c: BigInt(c), p: BigInt(p), s: BigInt(s) };
      for (const { label, condition } of checks) {
        const here = places[label]!(a, b, c, s);
        const expected = kind === cover ? here && p : !here || p;
        expect([label, inputs, evaluate(condition, inputs)]).toEqual([
          label,
          inputs,
          BigInt(expected),
        ]);
      }
    }
  });
}

const clocked = module(
  { name: "clocked", ports: { valid: input(bool()), x: input(uint(4)) } },
  ({ valid, x }) => {
    const last = register("last", uint(4), { reset: 0 });
    when(valid, () => {
      last.set(x);
      assume(x.ne(last), "changes");
      cover(x.eq(3), "three");
    }).otherwise(() => assert(last.ne(15), "in_range"));
  },
);

test("the emitted text says the condition", () => {
  const text = emitModule(clocked);
  expect(text.slice(text.indexOf("`ifdef"))).toMatchInlineSnapshot(`
    "\`ifdef FORMAL
      always @(posedge clock) if (!reset) changes: assume (!valid | (x != last));
      always @(posedge clock) if (!reset) three: cover (valid & (x == 4'd3));
      always @(posedge clock) if (!reset) in_range: assert (valid | (last != 4'd15));
    \`endif
    endmodule

    \`default_nettype wire
    "
  `);
});

test("mutants and parents keep the condition", () => {
  for (const { wrong } of mutants(clocked)) {
    expect(wrong.checks.map(({ condition }) => condition.kind)).toEqual(Array(3).fill("operation"));
    expect(emitModule(wrong)).toMatch(/in_range: assert \(valid \|/);
  }
});

test("a check of a child does not take the condition of its parent: the instance is always there", () => {
  const parent = module(
    { name: "parent", ports: { on: input(bool()), x: input(uint(4)) } },
    ({ on, x }) => {
      when(on, () => instance("child", clocked, { valid: on, x }));
    },
  );
  expect(parent.instances[0]?.module.checks).toBe(clocked.checks);
});
