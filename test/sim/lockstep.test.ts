import { bool, input, module, mux, output, register, sint, when } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import {
  asciiWave,
  type Columns,
  engines,
  fromReset,
  lockstep,
  type Responder,
  rowsOf,
} from "../../sim/index.ts";

/** An accumulator, right or with the bug that clear loses to enable in one case. */
const accumulator = (broken: boolean) =>
  module(
    { name: "acc", ports: { x: input(sint(8)), clear: input(bool()), sum: output(sint(16)) } },
    (io) => {
      const sum = register("total", sint(16), { reset: 0 });
      const base = mux(io.clear.and(broken ? io.x.ne(5) : io.x.eq(io.x)), sum.xor(sum), sum);
      when(io.x.ne(0).or(io.clear), () => sum.set(base.addWrap(io.x.extend(16))));
      io.sum.set(sum);
    },
  );

const responder = (name: string, broken: boolean): Responder =>
  fromReset(name, engines.wasm.open(accumulator(broken)));

const stimulus = {
  x: Int8Array.from({ length: 100 }, (_, i) => (i === 70 ? 5 : i % 4)),
  clear: Uint8Array.from({ length: 100 }, (_, i) => Number(i === 70 || i === 30)),
};

describe("lockstep", () => {
  test("finds nothing between equals", () => {
    const result = lockstep(stimulus, 100, responder("left", false), responder("right", false));
    expect(result).toEqual({ mismatches: 0, first: undefined });
  });

  test("reports the first difference and shows the shortest tail that still fails", () => {
    const { mismatches, first } = lockstep(
      stimulus,
      100,
      responder("rtl", true),
      responder("model", false),
    );
    expect(mismatches).toBe(29);
    expect(first).toMatchObject({ cycle: 71, port: "sum" });
    expect(first?.wave).toMatchInlineSnapshot(`
      "cycle      0  1  2  3
      x          0  1  5  3
      clear      0  ·  1  0
      sum rtl    0  ·  1  6
      sum model  0  ·  1  5"
    `);
  });

  test("compares columns of different kinds as integers", () => {
    const as = (name: string, column: Int8Array | BigInt64Array): Responder => ({
      name,
      run: () => ({ y: column }),
    });
    const same = lockstep({}, 2, as("a", Int8Array.of(-1, 5)), as("b", BigInt64Array.of(-1n, 5n)));
    expect(same.mismatches).toBe(0);
    const other = lockstep({}, 2, as("a", Int8Array.of(-1, 5)), as("b", BigInt64Array.of(-1n, 6n)));
    expect(other.first).toMatchObject({ cycle: 1, values: { a: "5", b: "6" } });
  });
});

describe("lockstep never compares nothing", () => {
  const as = (name: string, columns: Record<string, unknown>): Responder => ({
    name,
    run: () => columns as Columns,
  });
  const y = Int8Array.of(1, 2, 3);
  const of =
    (left: Record<string, unknown>, right: Record<string, unknown>, cycles = 3) =>
    () =>
      lockstep({}, cycles, as("rtl", left), as("model", right));

  test("no cycle and no output are refused", () => {
    expect(of({ y }, { y }, 0)).toThrow("0 cycles: nothing would be compared");
    for (const cycles of [-1, 0.5, Number.NaN]) {
      expect(of({ y }, { y }, cycles)).toThrow("cycles: a whole number from 0");
    }
    expect(of({}, {})).toThrow("no outputs: nothing would be compared");
  });

  test("an output that only one side has, whichever", () => {
    expect(of({ y, z: y }, { y })).toThrow("model lacks the output z");
    expect(of({ y }, { y, z: y })).toThrow("rtl lacks the output z");
  });

  test("a column that ends early, or holds what is no integer", () => {
    expect(of({ y }, { y: y.slice(0, 2) })).toThrow("model answers 2 of 3 cycles of y");
    expect(of({ y: [1n, 2n] }, { y })).toThrow("rtl answers 2 of 3 cycles of y");
    expect(of({ y }, { y: Float32Array.of(1, 2.5, 3) })).toThrow(
      "model answers 2.5 for y in cycle 1",
    );
    expect(of({ y }, { y: Float64Array.of(1, 2, Number.NaN) })).toThrow("NaN for y in cycle 2");
    expect(of({ y }, { y: [1n, undefined, 3n] })).toThrow("undefined for y in cycle 1");
    expect(of({ y: Int8Array.of(0, 1, 2) }, { y: Float64Array.of(-0, 1, 2) })()).toMatchObject({
      mismatches: 0,
    });
  });

  test("unknown bits are no match", () => {
    const unset = module(
      { name: "unset", ports: { x: input(sint(4)), y: output(sint(4)) } },
      (io) => {
        const held = register("held", sint(4));
        when(io.x.ne(0), () => held.set(io.x));
        io.y.set(held);
      },
    );
    const dut = engines.icarus.open(unset);
    expect(() =>
      lockstep(
        { x: Int8Array.of(0, 1) },
        2,
        fromReset("icarus", dut),
        as("model", { y: Int8Array.of(0, 0) }),
      ),
    ).toThrow("y has unknown bits (xxxx) in cycle 0 of the batch");
    dut.close();
  });
});

test("a wave lines up, and shows a value only where it changes", () => {
  const rows = rowsOf({ clear: Uint8Array.of(0, 0, 1), sum: Int16Array.of(0, -120, -120) }, 0, 3);
  expect(asciiWave(rows, 9)).toBe(
    ["cycle  9    10    11", "clear  0     ·     1", "sum    0  -120     ·"].join("\n"),
  );
});
