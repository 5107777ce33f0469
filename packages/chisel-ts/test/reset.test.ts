import { describe, expect, test } from "vitest";
import {
  assert,
  bool,
  clockEnable,
  emitDesign,
  emitModule,
  input,
  instance,
  module,
  output,
  register,
  resetStyle,
  softReset,
  uint,
  when,
} from "../src/index.ts";

const ports = { up: input(bool()), count: output(uint(4)) };
const counter = module({ name: "counter", ports }, (io) => {
  const count = register("value", uint(4), { reset: 5 });
  when(io.up, () => count.set(count.addWrap(1)));
  io.count.set(count);
  assert(count.ne(0), "never_zero");
});
const adder = module({ name: "adder", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) =>
  io.y.set(io.a.addWrap(1)),
);
const top = (inner: typeof counter) =>
  module({ name: "outer", ports }, (io) => {
    const { count } = instance("inner", inner, { up: io.up });
    io.count.set(instance("next", adder, { a: count }).y);
  });
const plain = (text: string) => text.replaceAll(/ *\/\/.*/g, "");

describe("the Verilog of a style", () => {
  test.each([
    [{ kind: "synchronous", active: "low" }, "posedge clock", "!reset_n", "reset_n"],
    [{ kind: "asynchronous" }, "posedge clock or posedge reset", "reset", "!reset"],
    [
      { kind: "asynchronous", active: "low" },
      "posedge clock or negedge reset_n",
      "!reset_n",
      "reset_n",
    ],
  ] as const)("%j", (style, events, isReset, isNot) => {
    const text = emitModule(resetStyle(counter, style));
    expect(text).toContain(`${style.kind}, active ${"active" in style ? style.active : "high"}`);
    expect(plain(text)).toContain(`
  always @(${events}) begin
    if (${isReset}) value <= 4'd5;
    else if (up) value <= value + 4'd1;
  end

\`ifdef FORMAL
  always @(posedge clock) if (${isNot}) never_zero: assert (value != 4'd0);
\`endif`);
  });

  test("none", () => {
    const text = plain(emitModule(resetStyle(counter, { kind: "none" })));
    expect(text).not.toContain("reset");
    expect(text).toContain(`
  initial begin
    value = 4'd5;
  end

  always @(posedge clock) begin
    if (up) value <= value + 4'd1;
  end

\`ifdef FORMAL
  always @(posedge clock) never_zero: assert (value != 4'd0);
\`endif`);
  });

  test("a reset reaches an instance at its own level", () => {
    const connection = (dut: typeof counter) =>
      /\.reset\w*\(.*?\)/.exec(emitDesign(dut).files.at(-1)!.text)?.[0];
    const low = { kind: "synchronous", active: "low" } as const;
    expect(connection(top(counter))).toBe(".reset(reset)");
    expect(connection(top(resetStyle(counter, low)))).toBe(".reset_n(!reset)");
    expect(connection(resetStyle(top(counter), low))).toBe(".reset_n(reset_n)");
    expect(connection(resetStyle(top(counter), { kind: "none" }))).toBe(undefined);
    expect(connection(top(resetStyle(counter, { kind: "none" })))).toBe(undefined);
  });

  test("a gated circuit has plain ifs", () => {
    expect(plain(emitModule(softReset(clockEnable(counter))))).toContain(`
    if (reset) value <= 4'd5;
    else if (clear) value <= 4'd5;
    else if (enable && up) value <= value + 4'd1;`);
  });
});

test("a module below that is gated already keeps its input; the outer one is called otherwise there", () => {
  const twice = clockEnable(
    module({ name: "both", ports: { ...ports, go: input(bool()) } }, (io) => {
      io.count.set(instance("inner", clockEnable(counter), { up: io.up, enable: io.go }).count);
    }),
  );
  expect(twice.inputs.map(({ name }) => name)).toEqual(["up", "go", "enable"]);
  const [{ module: inner }] = twice.instances as [(typeof twice.instances)[0]];
  expect(inner.inputs.map(({ name }) => name)).toEqual(["up", "enable", "enable_1"]);
});

test("modules without a clock stay as they are, each module below is one", () => {
  const gated = clockEnable(top(counter));
  expect(gated.name).toBe("outer_enable");
  expect(gated.instances.map(({ module: { name } }) => name)).toEqual(["counter_enable", "adder"]);
  expect(gated.instances[1]!.module).toBe(adder);
});

const named = module({ name: "named", ports: { ...ports, reset_n: input(bool()) } }, (io) => {
  const count = register("value", uint(4), { reset: 5 });
  when(io.up.and(io.reset_n), () => count.set(count.addWrap(1)));
  io.count.set(count);
});
test.each([
  [
    () => resetStyle(counter, { kind: "soft" } as never),
    "a reset is synchronous, asynchronous or none, not soft",
  ],
  [
    () => resetStyle(counter, { kind: "asynchronous", active: "down" } as never),
    "a reset is active high or low, not down",
  ],
  [
    () => resetStyle(counter, { kind: "none", active: "low" }),
    "a circuit without a reset port has no active level",
  ],
  [
    () => resetStyle(counter, { kind: "none", level: "low" } as never),
    "a reset style has no option `level`; it has kind, active",
  ],
  [() => resetStyle(adder, { kind: "none" }), "`adder` has no clock, hence no reset"],
  [
    () => resetStyle(named, { kind: "synchronous", active: "low" }),
    "`reset_n` cannot name the input: the active-low reset of `named` has the name",
  ],
  [() => clockEnable(adder), "`adder` has no clock, so `enable` would do nothing"],
  [() => clockEnable(counter, "up"), "`up` names both the input"],
  [() => softReset(counter, "reset"), "`reset` cannot name the input"],
  [() => softReset(counter, "two words"), "`two words` cannot name the input"],
])("what cannot be is refused: %#", (build, message) => {
  expect(build).toThrow(message);
});
