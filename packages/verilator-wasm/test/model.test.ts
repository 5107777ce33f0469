import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { build, type Model, openModel } from "../src/index.ts";
import { sum, sumInterface, wide, wideInterface } from "./designs.ts";

/** Elements of 1, 2, 4 or 8 bytes as the columns of a model have them. */
const bytes = (column: ArrayBufferView): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
const below = (min: bigint, end: bigint) => fc.bigInt({ min, max: end - 1n });
const int32s = (column: Uint8Array | undefined): number[] => [...new Int32Array(column!.buffer)];

describe("a clocked design", () => {
  let compiled: Uint8Array;
  beforeAll(async () => {
    compiled = await build({ "sum.v": sum }, sumInterface);
  });
  const reset = (): Model => {
    const model = openModel(compiled, sumInterface);
    model.step([Uint8Array.of(0)], 1, true);
    return model;
  };

  test("adds what it was given before, and shows what is inside", () => {
    fc.assert(
      fc.property(fc.int8Array({ maxLength: 200 }), (xs) => {
        const [totals, nexts] = reset().run([bytes(xs)], xs.length);
        let total = 0;
        const expected = Array.from(xs, (x) => {
          const before = total;
          total = ((total + x) << 12) >> 12;
          return before;
        });
        expect(int32s(totals)).toEqual(expected);
        expect(int32s(nexts)).toEqual(Array.from(xs, (x, i) => (expected[i] ?? 0) + x));
      }),
    );
  });

  test("steps with constant inputs; reset clears", () => {
    const model = reset();
    expect(int32s(model.step([bytes(Int8Array.of(-100))], 7000, false)[0])).toEqual([348_576]);
    expect(int32s(model.step([bytes(Int8Array.of(5))], 1, true)[0])).toEqual([0]);
    expect(int32s(model.step([bytes(Int8Array.of(5))], 0, false)[1])).toEqual([5]);
  });

  test("one wrong sign in the Verilog shows", async () => {
    const mutant = sum.replace("kept + {", "kept - {");
    const model = openModel(await build({ "sum.v": mutant }, sumInterface), sumInterface);
    expect(int32s(model.step([Uint8Array.of(3)], 2, false)[0])).toEqual([-6]);
  });

  test("too many cycles at once for its memory is an error in one line", () => {
    expect(() => reset().run([new Uint8Array(0)], 2 ** 30)).toThrow(
      /^no memory for a column of \d+ bytes/,
    );
  });
});

test("ports of 3, 40, 64 and 70 bits", async () => {
  const model = openModel(await build({ "wide.v": wide }, wideInterface), wideInterface);
  fc.assert(
    fc.property(
      below(0n, 2n ** 3n),
      below(0n, 2n ** 70n),
      below(-(2n ** 39n), 2n ** 39n),
      (a, b, c) => {
        const [y, z, w] = model.step(
          [
            Uint8Array.of(Number(a)),
            bytes(BigUint64Array.of(b & (2n ** 64n - 1n), b >> 64n)),
            bytes(BigInt64Array.of(c)),
          ],
          0,
          false,
        );
        const [low = 0n, high = 0n] = new BigUint64Array(y!.buffer);
        expect(low | (high << 64n)).toBe(BigInt.asUintN(70, a + b));
        expect(new BigInt64Array(z!.buffer)[0]).toBe(BigInt.asIntN(40, -c));
        expect(new BigUint64Array(w!.buffer)[0]).toBe(
          (BigInt.asUintN(32, b) << 32n) | BigInt.asUintN(32, c),
        );
      },
    ),
  );
});

test("a design with the wrapper's own names, and with C++'s", async () => {
  const design = `module dut(input wire clock, input wire \\class , input wire eval, output wire i0, output wire model_of);
  assign i0 = \\class  ^ eval;
  assign model_of = clock;
endmodule
module model_of(input wire clock, input wire x, input wire y, output wire o);
  wire unused_;
  dut dut(.clock(clock), .\\class (x), .eval(y), .i0(o), .model_of(unused_));
endmodule
`;
  const model = {
    top: "model_of",
    ports: [
      { name: "x", direction: "input", width: 1 },
      { name: "y", direction: "input", width: 1 },
      { name: "o", direction: "output", width: 1 },
    ],
    clock: "clock",
    probes: [{ path: ["dut", "eval"], width: 1 }],
  } as const;
  const opened = openModel(await build({ "design.v": design }, model), model);
  for (const [x, y] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    const [o, inside] = opened.step([Uint8Array.of(x), Uint8Array.of(y)], 0, false);
    expect([o![0], inside![0]]).toEqual([x ^ y, y]);
  }
});

test("a design too large for a model's memory is refused in one line", async () => {
  const memories = Array.from({ length: 40 }, (_, i) => i);
  const design = `module bulk(input wire clock, input wire [23:0] a, input wire [63:0] d, output wire [63:0] q);
${memories.map((i) => `  reg [63:0] m${i} [0:16777215]; reg [63:0] q${i}; always @(posedge clock) begin m${i}[a] <= d; q${i} <= m${i}[a]; end`).join("\n")}
  assign q = ${memories.map((i) => `q${i}`).join(" ^ ")};
endmodule
`;
  const ports = {
    top: "bulk",
    ports: [
      { name: "a", direction: "input", width: 24 },
      { name: "d", direction: "input", width: 64 },
      { name: "q", direction: "output", width: 64 },
    ],
    clock: "clock",
  } as const;
  await expect(build({ "bulk.v": design }, ports)).rejects.toThrow(
    /^clang cannot compile the model: [^\n]*4 GiB$/,
  );
});
