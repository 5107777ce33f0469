import { expect, test } from "vitest";
import {
  display,
  emitModule,
  input,
  type literal,
  module,
  mutants,
  output,
  register,
  uint,
  when,
} from "../src/index.ts";

test("the displays of a module are one process in a block of their own", () => {
  const text = emitModule(
    module({ name: "m", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
      const r = register("r", uint(4), { reset: 0 });
      r.set(io.a);
      io.y.set(r);
      when(r.eq(3), () => display("three, then %d", io.a));
      display("%x", r);
    }),
  );
  expect(text).toContain(`
\`ifdef DISPLAY
  always @(posedge clock) if (!reset) begin
    if (r == 4'd3) $display("three, then %0d", a);
    $display("%h", r);
  end
\`endif
endmodule`);
});

test("a display changes nothing of the circuit: mutants leave it out, and the text beside it stays", () => {
  const make = (says: boolean) =>
    module({ name: "m", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
      const r = register("r", uint(4), { reset: 0 });
      r.set(io.a);
      io.y.set(r);
      if (says) display("%d", io.a.mul(io.a));
    });
  const text = (says: boolean) => emitModule(make(says)).replaceAll(/ {2}\/\/.*/g, "");
  expect(text(true).replace(/`ifdef DISPLAY[\s\S]*?`endif\n/, "")).toBe(
    text(false).replace("endmodule", "\nendmodule"),
  );
  expect([...mutants(make(true))].length).toBe([...mutants(make(false))].length);
});

const inBody = (body: (io: { readonly a: ReturnType<typeof literal> }) => void) => () =>
  module({ name: "m", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
    const r = register("r", uint(4), { reset: 0 });
    r.set(io.a);
    io.y.set(r);
    body(io);
  });
test.each([
  [inBody(({ a }) => display("%d %d", a)), "display has 2 places and 1 value"],
  [inBody(({ a }) => display("none", a)), "display has 0 places and 1 value"],
  [inBody(({ a }) => display("%s", a)), "display has no place `%s`; places are %d, %x and %b"],
  [inBody(({ a }) => display("%04d", a)), "display has no place `%0`"],
  [inBody(({ a }) => display("100%", a)), "display has no place `%`"],
  [inBody(() => display("two\nlines")), 'display prints one line of ASCII; "\\n" is none of it'],
  [inBody(() => display("über")), "display prints one line of ASCII"],
  [inBody(() => display("%d", 5 as never)), "display prints signals; value 0 is number"],
  [inBody(() => display(7 as never)), "display prints a text, not number"],
  [() => display("outside"), "display needs a module around it"],
  [
    () =>
      module({ name: "m", ports: { a: input(uint(4)), y: output(uint(4)) } }, (io) => {
        io.y.set(io.a);
        display("%d", io.a);
      }),
    "display prints at clock edges, and `m` has no clock",
  ],
])("wrong displays are refused: %#", (build, message) => {
  expect(build).toThrow(message);
});
