import { describe, expect, test } from "vitest";
import {
  bool,
  concat,
  emitDesign,
  emitModule,
  input,
  module,
  mux,
  output,
  register,
  sint,
  uint,
  when,
} from "../../src/index.ts";
import { circuits, memories } from "./circuits.ts";

const files = circuits.flatMap((circuit) => emitDesign(circuit).files);

test.each(files)("$name reads as it did", async ({ name, text }) => {
  // Line numbers of the test circuits are not part of what is compared.
  const stable = text.replaceAll(/(circuits\.ts):\d+/g, "$1");
  await expect(stable).toMatchFileSnapshot(`../golden/${name}`);
});

test.each(circuits)("two emissions of $name are the same bytes", (circuit) => {
  expect(emitDesign(circuit)).toEqual(emitDesign(circuit));
});

test("a line says where its signal was made", () => {
  expect(emitModule(memories)).toMatch(
    /reg \[15:0\] words \[0:4\]; {2}\/\/ test\/verilog\/circuits\.ts:\d+/,
  );
});

test("text of the source cannot leave a comment", () => {
  const text = emitModule(
    module(
      {
        name: "quiet",
        description: "one\nendmodule",
        parameters: { note: "two\nendmodule" },
        ports: { a: input(bool(), "three\r\nendmodule"), y: output(bool()) },
      },
      (io) => io.y.set(io.a),
    ),
  );
  expect(text.match(/^\s*endmodule/gm)).toHaveLength(1);
});

describe("statements", () => {
  const text = emitModule(
    module(
      {
        name: "nested",
        ports: { a: input(bool()), b: input(bool()), x: input(sint(4)), y: output(sint(4)) },
      },
      (io) => {
        const first = register("first", sint(4), { reset: -3 });
        const second = register("second", sint(4), { reset: 0 });
        when(io.a, () => {
          when(io.b, () => first.set(io.x));
        }).otherwise(() => {
          when(io.b, () => first.set(first.addWrap(1)));
          second.set(first);
        });
        io.y.set(mux(io.a, first, second));
      },
    ),
  );

  test("an else never joins an inner if, and a kept value is not assigned", () => {
    expect(text).toContain(`\
  always @(posedge clock) begin
    if (reset) begin
      first <= 4'd13;
      second <= 4'd0;
    end
    else if (a) begin
      if (b) first <= x;
    end
    else begin
      if (b) first <= first + 4'd1;
      second <= first;
    end
  end`);
  });
});

describe("bits that nothing reads", () => {
  const text = emitModule(
    module(
      { name: "dropping", ports: { a: input(uint(8)), b: input(uint(8)), y: output(uint(4)) } },
      (io) => {
        const sum = io.a.add(io.b);
        io.y.set(concat(sum.bits(6, 5), sum.bits(3, 2)));
      },
    ),
  );

  test("are listed once, field by field", () => {
    expect(text).toContain("wire _unused = &{1'b0, add_1[8:7], add_1[4], add_1[1:0]};");
  });
});

test("chains of ten thousand operations are emitted", () => {
  const text = emitModule(
    module(
      { name: "chain", ports: { a: input(uint(8)), b: input(uint(8)), y: output(uint(8)) } },
      (io) => {
        const steps = Array.from({ length: 10_000 }, (_, index) => index);
        const sum = steps.reduce((value, index) => value.xor(io.b).addWrap(index % 256), io.a);
        const choice = steps.reduce(
          (rest, i) => mux(io.b.eq(i % 256), io.a.addWrap(i % 256), rest),
          sum,
        );
        io.y.set(choice);
      },
    ),
  );
  expect(text.split("\n").every((line) => line.length < 200)).toBe(true);
});
