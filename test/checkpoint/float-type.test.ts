import { expect, test } from "vitest";
import { encodeFloats, nearestFloat } from "../../src/checkpoint/float-type.ts";
import { bfloat16ToNumber, float16ToNumber } from "../../src/format/index.ts";

test.each([
  ["BF16", bfloat16ToNumber],
  ["F16", float16ToNumber],
] as const)(
  "every number of %s is its own, and what lies between two goes to the nearer, ties to even",
  (dtype, read) => {
    const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) =>
      Number.isFinite(read(bits)),
    );
    const bytes = encodeFloats(dtype, Float32Array.from(all, read));
    expect([...new Uint16Array(bytes.buffer)]).toEqual(all);
    const wrong = all.filter((bits) => {
      const [low, high] = [read(bits), read(bits + 1)];
      if (!Number.isFinite(high) || Math.abs(high) < Math.abs(low)) return false;
      const at = (share: number): number => nearestFloat(dtype, low + share * (high - low));
      return at(0.49) !== low || at(0.51) !== high || at(0.5) !== (bits % 2 === 0 ? low : high);
    });
    expect(wrong).toEqual([]);
  },
);

test("beyond the largest number is an infinity, and cannot be written", () => {
  expect(nearestFloat("F16", 65519)).toBe(65504);
  expect(nearestFloat("F16", -65520)).toBe(Number.NEGATIVE_INFINITY);
  expect(nearestFloat("BF16", 3.4e38)).toBe(Number.POSITIVE_INFINITY);
  expect(() => encodeFloats("F16", Float32Array.of(1, 7e4))).toThrow("70000 is beyond F16");
});

test("wider types keep float32 as it is", () => {
  const values = Float32Array.of(0.1, -3e38, 1e-42, 0);
  expect([...new Float32Array(encodeFloats("F32", values).buffer)]).toEqual([...values]);
  expect([...new Float64Array(encodeFloats("F64", values).buffer)]).toEqual([...values]);
  for (const dtype of ["F32", "F64"] as const)
    for (const value of values) expect(nearestFloat(dtype, value)).toBe(value);
});
