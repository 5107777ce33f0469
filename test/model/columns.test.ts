import { describe, expect, test } from "vitest";
import { columnFor, inputColumn, setElement } from "../../src/model/columns.ts";

test.each([
  [1, Int8Array, Uint8Array],
  [8, Int8Array, Uint8Array],
  [9, Int16Array, Uint16Array],
  [16, Int16Array, Uint16Array],
  [17, Int32Array, Uint32Array],
  [32, Int32Array, Uint32Array],
  [33, BigInt64Array, BigUint64Array],
  [64, BigInt64Array, BigUint64Array],
  [65, Array, Array],
])("columnFor: width %i", (width, signed, unsigned) => {
  for (const [isSigned, type] of [
    [true, signed],
    [false, unsigned],
  ] as const) {
    const column = columnFor({ signed: isSigned, width }, 3);
    expect(column.constructor).toBe(type);
    expect(column.length).toBe(3);
    expect(Number(column[2])).toBe(0);
  }
});

test.each([8, 16, 32, 40, 80])("setElement stores numbers and bigints at width %i", (width) => {
  const column = columnFor({ signed: true, width }, 2);
  setElement(column, 0, -5);
  setElement(column, 1, 7n);
  expect([...(column as Iterable<number | bigint>)]).toEqual(width <= 32 ? [-5, 7] : [-5n, 7n]);
});

describe("inputColumn", () => {
  const int8 = { signed: true, width: 8 };

  test("takes the first cycles of any array type", () => {
    expect([...inputColumn({ x: Int32Array.of(-128, 127, 9) }, "x", int8, 2)]).toEqual([-128, 127]);
    expect([...inputColumn({ x: [-128n, 127n] }, "x", int8, 2)]).toEqual([-128, 127]);
    expect([...inputColumn({ x: BigInt64Array.of(-1n) }, "x", int8, 1)]).toEqual([-1]);
  });

  test.each([
    ['input "x": the stimulus has no such column', {}],
    ['input "x": 1 values, one for each of 2 cycles needed', { x: Int8Array.of(1) }],
    ['input "x", cycle 1: 128 is not in -128..127', { x: Int16Array.of(127, 128) }],
    ['input "x", cycle 0: -129 is not in -128..127', { x: [-129n, 0n] }],
  ])("%s", (message, stimulus) => {
    expect(() => inputColumn(stimulus, "x", int8, 2)).toThrow(new RangeError(message));
  });

  test("an unsigned port takes no negative value", () => {
    expect(() => inputColumn({ x: Int8Array.of(-1) }, "x", { signed: false, width: 1 }, 1)).toThrow(
      "cycle 0: -1 is not in 0..1",
    );
  });
});
