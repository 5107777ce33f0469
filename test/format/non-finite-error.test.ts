import { describe, expect, test } from "vitest";
import { encodeArray, type FloatBlock, NonFiniteError } from "../../src/format/index.ts";
import { bitsOfFloat32, float32OfBits } from "./witness.ts";

const roundings = ["nearest", "paper"] as const;

describe("NaN and infinities", () => {
  const bad = [
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
  ] as const;
  const blocks = (value: number): FloatBlock[] => [
    { dtype: "F32", data: Float32Array.of(1, 2, value) },
    { dtype: "F64", data: Float64Array.of(1, 2, value) },
    { dtype: "BF16", data: Uint16Array.of(1, 2, bitsOfFloat32(value) >>> 16) },
    { dtype: "F16", data: Uint16Array.of(1, 2, ((bitsOfFloat32(value) >>> 16) & 0x8000) | 0x7c00) },
  ];

  test.each(bad)("%s is an error with its index", (_, value) => {
    for (const block of blocks(value).slice(0, 3))
      for (const rounding of roundings)
        for (const bias of [-128, 8, 127]) {
          const error = catchError(() => encodeArray(block, { bias, rounding, firstIndex: 100 }));
          expect(error).toBeInstanceOf(NonFiniteError);
          expect(error).toMatchObject({ index: 102, value });
        }
  });

  test("NaN is encoded as 0x80 on request, whatever its sign and payload", () => {
    const f32 = Float32Array.from([0x7f800001, 0xffc00000, 0x7fffffff, 0x3f800000], float32OfBits);
    const all: FloatBlock[] = [
      { dtype: "F32", data: f32 },
      { dtype: "F64", data: Float64Array.from(f32) },
      { dtype: "F16", data: Uint16Array.of(0x7c01, 0xfe00, 0x7fff, 0x3c00) },
      { dtype: "BF16", data: Uint16Array.of(0x7f81, 0xffc0, 0x7fff, 0x3f80) },
    ];
    for (const block of all)
      for (const rounding of roundings)
        expect(encodeArray(block, { bias: 8, rounding, nan: "encode" })).toEqual({
          codes: Uint8Array.of(0x80, 0x80, 0x80, 0x43),
          saturated: 0,
          flushedToZero: 0,
          nans: 3,
        });
  });

  test("an infinity is an error even then", () => {
    for (const block of blocks(Number.NEGATIVE_INFINITY))
      expect(() => encodeArray(block, { bias: 8, rounding: "nearest", nan: "encode" })).toThrow(
        "index 2 is -Infinity: weights must be finite (RF8 has no infinities)",
      );
  });

  test("the error can be placed in a tensor and a chunk", () => {
    const error = new NonFiniteError(2, Number.NaN);
    expect(error.message).toBe(
      "index 2 is NaN: weights must be finite (NaN can be encoded as 0x80 on request)",
    );
    const placed = error.within("wte.weight", 4096);
    expect(placed).toMatchObject({ index: 4098, tensor: "wte.weight", name: "NonFiniteError" });
    expect(placed.message).toMatch(/^tensor "wte.weight", index 4098 is NaN: /);
  });
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
