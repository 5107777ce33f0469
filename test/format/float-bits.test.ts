import { expect, test } from "vitest";
import { bfloat16ToNumber, float16ToNumber } from "../../src/format/index.ts";
import { float32OfBits } from "./witness.ts";

test("all bfloat16 patterns are the float32 with zeros below", () => {
  for (let bits = 0; bits < 65536; bits++)
    expect(bfloat16ToNumber(bits)).toBe(float32OfBits(bits * 65536));
});

test("all finite binary16 patterns are (-1)^s * 2^(e - 15) * 1.f, or 2^-14 * 0.f for e = 0", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const [sign, field, fraction] = [bits >> 15, (bits >> 10) % 32, (bits % 1024) / 1024];
    if (field === 31) continue;
    const magnitude = field === 0 ? fraction / 16384 : (1 + fraction) * (2 ** field / 32768);
    expect(float16ToNumber(bits)).toBe(sign === 1 ? -magnitude : magnitude);
  }
});

test.each([
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x0400, 2 ** -14],
  [0x03ff, 0.00006097555160522461],
  [0x0001, 2 ** -24],
  [0x8000, -0],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7c01, Number.NaN],
  [0xfe00, Number.NaN],
])("binary16 %i is %d", (bits, value) => {
  expect(float16ToNumber(bits)).toBe(value);
});
