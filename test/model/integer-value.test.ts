import { expect, test } from "vitest";
import { INTEGER_VALUES, isNaNCode } from "../../src/model/integer-value.ts";

const MANTISSAS = [12, 14, 15, 16, 17, 18, 20, 24];

test("every code is the table's sixteenths shifted by its exponent", () => {
  for (let exponent = 0; exponent < 16; exponent++) {
    for (const [residual, mantissa] of MANTISSAS.entries()) {
      const code = (exponent << 3) | residual;
      if (code === 0) continue;
      expect(INTEGER_VALUES[code]).toBe(mantissa << exponent);
      expect(INTEGER_VALUES[code | 0x80]).toBe(-(mantissa << exponent));
    }
  }
  expect(INTEGER_VALUES).toHaveLength(256);
});

test("zero and NaN", () => {
  expect(INTEGER_VALUES[0x00]).toBe(0);
  expect(INTEGER_VALUES[0x80]).toBe(0);
  expect(Array.from({ length: 256 }, (_, code) => code).filter(isNaNCode)).toEqual([0x80]);
});

test.each([
  [0x43, 1],
  [0x47, 1.5],
  [0x48, 1.5],
  [0xc2, -0.9375],
  [0x01, 0.875 * 2 ** -8],
  [0x7f, 192],
])("with bias 8, code %i is %d", (code, value) => {
  expect((INTEGER_VALUES[code] as number) * 2 ** (-8 - 4)).toBe(value);
});

test("225 distinct finite values, the positive ones in byte order", () => {
  expect(new Set(INTEGER_VALUES).size).toBe(225);
  const positive = INTEGER_VALUES.slice(0, 0x80);
  expect(positive).toEqual(positive.toSorted());
  expect(Math.max(...INTEGER_VALUES)).toBe(786_432);
});
