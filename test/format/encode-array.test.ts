import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bfloat16ToNumber,
  decode,
  encode,
  encodeArray,
  type FloatBlock,
  float16ToNumber,
} from "../../src/format/index.ts";
import {
  bitsOfFloat32,
  bitsOfFloat64,
  float32OfBits,
  float64OfBits,
  levels,
  witnesses,
} from "./witness.ts";

const roundings = ["nearest", "paper"] as const;

/** Both ends, where float32 ends (-113, -112), where it becomes subnormal (126, 127), and usual ones. */
const BIASES = [-128, -113, -112, -1, 0, 8, 15, 18, 24, 40, 112, 126, 127];

/** The elements whose code differs from the reference's, for a readable failure. */
function mismatches(
  block: FloatBlock,
  values: ArrayLike<number>,
  bias: number,
  rounding: (typeof roundings)[number],
  reference = (value: number) => encode(value, bias, rounding),
) {
  const { codes } = encodeArray(block, { bias, rounding });
  return Array.from(values)
    .map((value, i) => ({ value, code: codes[i], expected: reference(value) }))
    .filter(({ code, expected }) => code !== expected);
}

describe.each(roundings)("%s", (rounding) => {
  describe.each([
    ["F16", float16ToNumber, 0x7c00],
    ["BF16", bfloat16ToNumber, 0x7f80],
  ] as const)("all finite %s patterns", (dtype, toNumber, infinity) => {
    const patterns = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7fff) < infinity,
    );
    const values = Float64Array.from(patterns, toNumber);

    test.each(BIASES)("equal the exact encoder, bias %i", (bias) => {
      expect(mismatches({ dtype, data: patterns }, values, bias, rounding)).toEqual([]);
    });

    test.each([8, 127])("equal the witness, bias %i", (bias) => {
      const witness = (value: number) => witnesses[rounding](value, bias);
      // All positive patterns; the negative ones are shown equal to the exact encoder above.
      const data = patterns.subarray(0, infinity);
      const positive = values.subarray(0, infinity);
      expect(mismatches({ dtype, data }, positive, bias, rounding, witness)).toEqual([]);
    });
  });

  describe("F32", () => {
    test.each(BIASES)("every bucket's first member and its neighbours, bias %i", (bias) => {
      const bits: number[] = [];
      for (let bucket = 0; bucket < 1 << 14; bucket++)
        for (const b of [bucket * 2 ** 18 - 1, bucket * 2 ** 18, bucket * 2 ** 18 + 1])
          if (b >= 0 && Number.isFinite(float32OfBits(b))) bits.push(b);
      const data = Float32Array.from(bits, float32OfBits);
      expect(mismatches({ dtype: "F32", data }, data, bias, rounding)).toEqual([]);
    });

    test("every threshold of every bias and the float32 around it", () => {
      for (let bias = -128; bias <= 127; bias++) {
        const data = Float32Array.from(
          thresholds(rounding, bias).flatMap((threshold) => {
            const bits = bitsOfFloat32(threshold);
            return [-2, -1, 0, 1, 2].map((ulps) => float32OfBits(Math.max(0, bits + ulps)));
          }),
        ).filter(Number.isFinite);
        expect(mismatches({ dtype: "F32", data }, data, bias, rounding)).toEqual([]);
      }
    });

    test("any float32 under any bias equals the witness", () => {
      fc.assert(
        fc.property(
          fc.float({ noNaN: true, noDefaultInfinity: true }),
          fc.integer({ min: -128, max: 127 }),
          (value, bias) => {
            const data = Float32Array.of(value);
            const witness = (v: number) => witnesses[rounding](v, bias);
            expect(mismatches({ dtype: "F32", data }, data, bias, rounding, witness)).toEqual([]);
          },
        ),
        { numRuns: 1000 },
      );
    });

    test("float32 patterns within range equal the exact encoder", () => {
      // A stride prime to every bucket's length meets all buckets at changing places.
      const data = Float32Array.from({ length: 200_000 }, (_, i) =>
        float32OfBits(bitsOfFloat32(2 ** -10) + ((i * 40_503) % (17 * 2 ** 23))),
      );
      expect(mismatches({ dtype: "F32", data }, data, 8, rounding)).toEqual([]);
    });
  });

  describe("F64", () => {
    test("every threshold of every bias and the float64 around it", () => {
      for (let bias = -128; bias <= 127; bias++) {
        const data = Float64Array.from(
          thresholds(rounding, bias).flatMap((threshold) => {
            const bits = bitsOfFloat64(threshold);
            return [-2n, -1n, 0n, 1n, 2n, -(2n ** 32n), 2n ** 32n].map((ulps) =>
              float64OfBits(bits + ulps),
            );
          }),
        );
        expect(mismatches({ dtype: "F64", data }, data, bias, rounding)).toEqual([]);
      }
    });

    test("any float64 under any bias equals the exact encoder", () => {
      const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
      const near = fc.double({ min: -(2 ** 20), max: 2 ** 20, noNaN: true });
      fc.assert(
        fc.property(
          fc.float64Array({ noNaN: true, noDefaultInfinity: true, maxLength: 20 }),
          fc.oneof(finite, near),
          fc.integer({ min: -128, max: 127 }),
          (array, value, bias) => {
            const data = Float64Array.of(...array, value);
            expect(mismatches({ dtype: "F64", data }, data, bias, rounding)).toEqual([]);
          },
        ),
        { numRuns: 1000 },
      );
    });
  });

  test("arrays that begin inside their buffer are read from their beginning", () => {
    const f32 = Float32Array.of(9, 1, -2, 9).subarray(1, 3);
    const f64 = Float64Array.of(9, 1, -2, 9).subarray(1, 3);
    const expected = Uint8Array.of(0x43, 0xcb);
    expect(encodeArray({ dtype: "F32", data: f32 }, { bias: 8, rounding }).codes).toEqual(expected);
    expect(encodeArray({ dtype: "F64", data: f64 }, { bias: 8, rounding }).codes).toEqual(expected);
  });
});

/** Where a rounding's code changes, to float64 precision; all between neighbouring values. */
function thresholds(rounding: (typeof roundings)[number], bias: number): number[] {
  const values = levels(bias)
    .map(({ code }) => decode(code, bias))
    .sort((a, b) => a - b);
  const midpoints = values.slice(1).map((upper, j) => (values[j]! + upper) / 2);
  const octave = [32, 16, 8, 4].map((n) => 1 + Math.SQRT2 / n);
  octave.push(Math.SQRT2, ...[4, 8, 16].map((n) => 2 - Math.SQRT2 / n));
  const irrational = Array.from({ length: 18 }, (_, e) =>
    octave.map((m) => m * 2 ** (e - 1 - bias)),
  );
  return rounding === "nearest" ? midpoints : [...midpoints, ...irrational.flat()];
}

describe("statistics", () => {
  const smallest = 0.875 * 2 ** -8;
  const data = [0, -0, 192, 192.5, -1e30, smallest / 2, -smallest / 2.1, 1e-30, 1];
  const blocks: FloatBlock[] = [
    { dtype: "F32", data: Float32Array.from(data) },
    { dtype: "F64", data: Float64Array.from(data) },
    { dtype: "BF16", data: Uint16Array.from(data, (value) => bitsOfFloat32(value) >>> 16) },
  ];

  test.each(blocks)("count what saturated and what became zero, $dtype", (block) => {
    for (const rounding of roundings) {
      const result = encodeArray(block, { bias: 8, rounding });
      // bfloat16 keeps 8 bits: 192.5 is cut to 192 there.
      expect(result.saturated).toBe(block.dtype === "BF16" ? 1 : 2);
      expect(result.flushedToZero).toBe(2);
      expect(result.nans).toBe(0);
    }
  });

  test("F16 out of reach of the bias: all saturates, or all becomes zero", () => {
    const block: FloatBlock = {
      dtype: "F16",
      data: Uint16Array.of(0x0001, 0x3c00, 0x8000, 0xfbff),
    };
    const high = encodeArray(block, { bias: 127, rounding: "nearest" });
    expect(high).toEqual({
      codes: Uint8Array.of(0x7f, 0x7f, 0, 0xff),
      saturated: 3,
      flushedToZero: 0,
      nans: 0,
    });
    const low = encodeArray(block, { bias: -128, rounding: "nearest" });
    expect(low).toEqual({ codes: new Uint8Array(4), saturated: 0, flushedToZero: 3, nans: 0 });
  });
});

describe("channels and chunks", () => {
  const rowLength = 3;
  const biases = [8, -3, 20, 127];
  const data = Float64Array.from({ length: 12 }, (_, i) => (i - 5.5) * 2 ** (3 * i - 12));

  test("each row is encoded under its own bias, wherever the array is cut", () => {
    const expected = Uint8Array.from(data, (value, i) =>
      encode(value, biases[Math.floor(i / rowLength)]!, "nearest"),
    );
    for (let cut = 0; cut <= data.length; cut++) {
      const codes = [0, cut].map((firstIndex, part) => {
        const block = {
          dtype: "F64",
          data: part === 0 ? data.subarray(0, cut) : data.subarray(cut),
        };
        const bias = { biases, rowLength };
        return encodeArray(block as FloatBlock, { bias, rounding: "nearest", firstIndex }).codes;
      });
      expect(Uint8Array.of(...codes[0]!, ...codes[1]!)).toEqual(expected);
    }
  });

  test("codes are written to the array given, and only as many as there are weights", () => {
    const codes = new Uint8Array(6).fill(0xaa);
    const block: FloatBlock = { dtype: "F32", data: Float32Array.of(1, 1.5) };
    const result = encodeArray(block, { bias: 8, rounding: "nearest", codes });
    expect(result.codes).toEqual(Uint8Array.of(0x43, 0x47));
    expect(codes).toEqual(Uint8Array.of(0x43, 0x47, 0xaa, 0xaa, 0xaa, 0xaa));
  });

  test("what cannot be is refused", () => {
    const block: FloatBlock = { dtype: "F32", data: new Float32Array(4) };
    const attempt = (options: object) => () =>
      encodeArray(block, { bias: 8, rounding: "nearest", ...options });
    expect(attempt({ codes: new Uint8Array(3) })).toThrow(
      "4 weights need 4 bytes: the destination has 3",
    );
    expect(attempt({ bias: { biases: [1], rowLength: 2 } })).toThrow("channel 1 has no bias");
    expect(attempt({ bias: { biases: [1], rowLength: 0 } })).toThrow("row length 0");
    expect(attempt({ bias: 300 })).toThrow("bias 300");
    expect(attempt({ rounding: "stochastic" })).toThrow(TypeError);
  });
});
