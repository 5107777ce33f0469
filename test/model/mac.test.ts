import { describe, expect, test } from "vitest";
import type { ModelParameters } from "../../src/model/parameters.ts";
import { references } from "../../src/model/references.ts";
import { numbers, parameters } from "./support.ts";

/** One cycle's operands: weight, activation, enable, clear. */
type Cycle = readonly [number, number, number, number];

const ONE = 0x03; // W = 16
const NAN = 0x80;
const IDLE: Cycle = [ONE, 1, 0, 0];

function run(changes: Partial<ModelParameters>, cycles: readonly Cycle[]) {
  const outputs = references.mac(parameters(changes))(
    {
      weight: Uint8Array.from(cycles, ([weight]) => weight),
      activation: Int16Array.from(cycles, ([, activation]) => activation),
      enable: Uint8Array.from(cycles, ([, , enable]) => enable),
      clear: Uint8Array.from(cycles, ([, , , clear]) => clear),
    },
    cycles.length,
  );
  return {
    sum: numbers(outputs, "sum"),
    invalid: numbers(outputs, "invalid"),
    overflow: numbers(outputs, "overflow"),
  };
}

describe("mac", () => {
  test("adds, holds while disabled whatever clear says, and clear starts from the new product", () => {
    const { sum, overflow } = run({}, [
      [ONE, 3, 1, 0],
      [0x83, 1, 1, 0],
      [ONE, 100, 0, 0],
      [ONE, 100, 0, 1],
      [ONE, -7, 1, 1],
      [0x7f, 1, 1, 0],
      IDLE,
    ]);
    expect(sum).toEqual([0, 48, 32, 32, 32, -112, 786_320]);
    expect(overflow).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test("NaN adds nothing, sticks, survives a disabled clear, and is set when it comes with clear", () => {
    const { sum, invalid } = run({}, [
      [ONE, 1, 1, 0],
      [NAN, 100, 0, 0],
      [NAN, 100, 1, 0],
      [ONE, 1, 1, 0],
      [ONE, 1, 0, 1],
      [ONE, 2, 1, 1],
      [NAN, 5, 1, 1],
      [ONE, 1, 1, 0],
      IDLE,
    ]);
    expect(sum).toEqual([0, 16, 16, 16, 32, 32, 32, 0, 16]);
    expect(invalid).toEqual([0, 0, 0, 1, 1, 1, 0, 1, 1]);
  });

  // Eight bits: -128..127.
  const OVERFLOWING: readonly Cycle[] = [
    [ONE, 7, 1, 0],
    [ONE, 1, 1, 0],
    [ONE, -1, 1, 0],
    [ONE, 0, 0, 1],
    [ONE, -8, 1, 1],
    [0x83, 1, 1, 0],
    [ONE, 1, 1, 0],
    [ONE, 100, 1, 1],
    IDLE,
  ];

  test("saturation at both ends, overflow sticky until clear", () => {
    const { sum, overflow } = run({ accumulator: 8, overflow: "saturate" }, OVERFLOWING);
    expect(sum).toEqual([0, 112, 127, 111, 111, -128, -128, -112, 127]);
    expect(overflow).toEqual([0, 0, 1, 1, 1, 0, 1, 1, 1]);
  });

  test("wrapping keeps the low bits, overflow sticky until clear", () => {
    const { sum, overflow } = run({ accumulator: 8, overflow: "wrap" }, OVERFLOWING);
    expect(sum).toEqual([0, 112, -128, 112, 112, -128, 112, -128, 64]);
    // Modulo 256: 112 + 16 = -128, -128 - 16 = 112, 1600 = 64.
    expect(overflow).toEqual([0, 0, 1, 1, 1, 0, 1, 1, 1]);
  });

  test("the largest and smallest sums that fit do not overflow", () => {
    const { sum, overflow } = run({ accumulator: 5, overflow: "saturate" }, [
      [0x02, 1, 1, 1],
      [0x02, -1, 1, 1],
      [ONE, -1, 1, 1],
      [ONE, 1, 1, 1],
      [0x04, -1, 1, 1],
      IDLE,
    ]);
    expect(sum).toEqual([0, 15, -15, -16, 15, -16]);
    expect(overflow).toEqual([0, 0, 0, 0, 1, 1]);
  });

  test("the exact accumulator holds the largest sum of K terms, and no more than its width", () => {
    const largest: Cycle = [0xff, -128, 1, 0];
    const { sum, overflow } = run({ terms: 1, overflow: "saturate" }, [largest, largest, IDLE]);
    expect(sum).toEqual([0, 100_663_296, 134_217_727]);
    expect(overflow).toEqual([0, 0, 1]);
  });

  test.each([0, 1, 2, 3])("pipeline %i: operands show 1 + pipeline cycles later", (pipeline) => {
    const operands: Cycle[] = [
      [ONE, 1, 1, 0],
      [NAN, 1, 1, 0],
      [ONE, 2, 0, 1],
      [ONE, 5, 1, 1],
    ];
    const drain = Array<Cycle>(1 + pipeline).fill(IDLE);
    const empty = Array<number>(1 + pipeline).fill(0);
    const { sum, invalid } = run({ pipeline }, [...operands, ...drain]);
    expect(sum).toEqual([...empty, 16, 16, 16, 80]);
    expect(invalid).toEqual([...empty, 0, 1, 1, 0]);
  });

  test("a run shorter than the pipeline shows reset values", () => {
    expect(run({ pipeline: 3 }, [[NAN, 1, 1, 0]])).toEqual({
      sum: [0],
      invalid: [0],
      overflow: [0],
    });
    expect(run({}, [])).toEqual({ sum: [], invalid: [], overflow: [] });
  });

  test.each([
    [{ accumulator: 8 }, Int8Array],
    [{ accumulator: 32 }, Int32Array],
    [{}, BigInt64Array],
    [{ accumulator: 80 }, Array],
  ])("the sum column of %j", (changes, type) => {
    const bit = Uint8Array.of(1, 1);
    const { sum } = references.mac(parameters(changes))(
      { weight: Uint8Array.of(ONE, ONE), activation: Int8Array.of(1, 1), enable: bit, clear: bit },
      2,
    );
    expect(sum?.constructor).toBe(type);
    expect(Number(sum?.[1])).toBe(16);
  });
});

describe("accumulate", () => {
  test("adds a 36-bit product, flags and holds", () => {
    const largest = 2n ** 35n - 1n;
    const outputs = references.accumulate(parameters({ activation: "int16", accumulator: 36 }))(
      {
        enable: Uint8Array.of(1, 0, 1, 1, 0),
        clear: Uint8Array.of(0, 1, 0, 1, 0),
        product: BigInt64Array.of(largest, 5n, 1n, -largest - 1n, 0n),
        invalid_product: Uint8Array.of(0, 1, 1, 0, 0),
      },
      5,
    );
    expect(outputs).toEqual({
      sum: BigInt64Array.of(0n, largest, largest, -largest - 1n, -largest - 1n),
      invalid: Uint8Array.of(0, 0, 0, 1, 0),
      overflow: Uint8Array.of(0, 0, 0, 1, 0),
    });
  });
});
