import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CANONICAL_MAGNITUDES,
  decode,
  encode,
  encodeArray,
  type FloatBlock,
  float16ToNumber,
  type RandomBits,
  seededRandom,
} from "../../src/format/index.ts";
import { float32OfBits } from "./witness.ts";

/** A generator that gives one draw for ever. */
const always = (draw: number): RandomBits => ({ next: () => draw | 0 });

const values = Array.from(CANONICAL_MAGNITUDES, (code) => decode(code, 8));

describe("one weight", () => {
  test("every representable value stays, whatever is drawn", () => {
    for (const code of CANONICAL_MAGNITUDES)
      for (const draw of [0, 0x7fff_ffff, 0xffff_ffff]) {
        expect(encode(decode(code, 8), 8, "stochastic", always(draw))).toBe(code);
        if (code !== 0)
          expect(encode(-decode(code, 8), 8, "stochastic", always(draw))).toBe(code + 128);
      }
  });

  test("a quarter of the way up, exactly a quarter of the 2^32 draws round up", () => {
    for (let j = 1; j < values.length; j++) {
      const value = values[j - 1]! + (values[j]! - values[j - 1]!) / 4;
      const [lower, upper] = [CANONICAL_MAGNITUDES[j - 1], CANONICAL_MAGNITUDES[j]];
      expect(encode(value, 8, "stochastic", always(0))).toBe(upper);
      expect(encode(value, 8, "stochastic", always(2 ** 30 - 1))).toBe(upper);
      expect(encode(value, 8, "stochastic", always(2 ** 30))).toBe(lower);
      expect(encode(value, 8, "stochastic", always(2 ** 32 - 1))).toBe(lower);
    }
  });

  test("beyond the largest value it saturates", () => {
    for (const value of [192.001, 1e300]) {
      expect(encode(value, 8, "stochastic", always(0xffff_ffff))).toBe(0x7f);
      expect(encode(-value, 8, "stochastic", always(0))).toBe(0xff);
    }
  });

  test("the smallest subnormal is too small ever to round up", () => {
    for (const bias of [-128, 127])
      expect(encode(2 ** -1074, bias, "stochastic", always(0))).toBe(0);
  });

  test("the mean of many is the weight itself, within four standard errors", () => {
    const COUNT = 20_000;
    for (const weight of [0.001, 0.0034, 0.03, 1.01, -1.2, 1.44, 100, -150]) {
      const random = seededRandom(7);
      const data = new Float64Array(COUNT).fill(weight);
      const { codes } = encodeArray(
        { dtype: "F64", data },
        { bias: 8, rounding: "stochastic", random },
      );
      const decoded = Array.from(codes, (code) => decode(code, 8));
      expect(new Set(decoded).size).toBe(2);
      const mean = decoded.reduce((sum, value) => sum + value, 0) / COUNT;
      const variance = decoded.reduce((sum, value) => sum + (value - weight) ** 2, 0) / COUNT;
      expect(Math.abs(mean - weight)).toBeLessThan(4 * Math.sqrt(variance / COUNT));
    }
  });
});

describe("arrays", () => {
  const finiteHalf = fc
    .uint16Array({ minLength: 1, maxLength: 40 })
    .map((data) => data.map((bits) => ((bits & 0x7c00) === 0x7c00 ? bits & 0x83ff : bits)));
  const block = fc.oneof(
    fc
      .float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 40 })
      .map((data): FloatBlock => ({ dtype: "F32", data })),
    fc
      .float64Array({ noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 40 })
      .map((data): FloatBlock => ({ dtype: "F64", data })),
    fc
      .float64Array({ min: -1000, max: 1000, noNaN: true, minLength: 1, maxLength: 40 })
      .map((data): FloatBlock => ({ dtype: "F64", data })),
    finiteHalf.map((data): FloatBlock => ({ dtype: "F16", data })),
    finiteHalf.map((data): FloatBlock => ({ dtype: "BF16", data: data.map((b) => b & 0xbfff) })),
  );
  const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  function numbers({ dtype, data }: FloatBlock): number[] {
    if (dtype === "F16") return Array.from(data, float16ToNumber);
    if (dtype === "BF16") return Array.from(data, (bits) => float32OfBits(bits * 65536));
    return Array.from(data);
  }

  test("element by element they are what the scalar encoder gives with the same draws", () => {
    fc.assert(
      fc.property(block, fc.integer({ min: -128, max: 127 }), seed, (weights, bias, s) => {
        const random = seededRandom(s);
        const scalar = numbers(weights).map((w) => encode(w, bias, "stochastic", random));
        const { codes, flushedToZero, saturated } = encodeArray(weights, {
          bias,
          rounding: "stochastic",
          random: seededRandom(s),
        });
        expect(Array.from(codes)).toEqual(scalar);
        const nonZero = numbers(weights).filter((w) => w !== 0).length;
        expect(flushedToZero).toBe(nonZero - scalar.filter((code) => code !== 0).length);
        const largest = decode(0x7f, bias);
        expect(saturated).toBe(numbers(weights).filter((w) => Math.abs(w) > largest).length);
      }),
      { numRuns: 1000 },
    );
  });

  test("every level, its neighbours and the midpoints agree with the scalar encoder too", () => {
    const around = values.slice(1).flatMap((upper, j) => {
      const lower = values[j]!;
      return [lower, lower * (1 + 2 ** -52), (lower + upper) / 2, upper * (1 - 2 ** -53), upper];
    });
    const data = Float64Array.from(around);
    const random = seededRandom(3);
    const scalar = around.map((w) => encode(w, 8, "stochastic", random));
    const options = { bias: 8, rounding: "stochastic", random: seededRandom(3) } as const;
    expect(Array.from(encodeArray({ dtype: "F64", data }, options).codes)).toEqual(scalar);
  });

  test("the codes do not depend on how the array is cut, and the seed repeats them", () => {
    const data = Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i) * 0.1);
    const encodeCut = (cuts: number[]) => {
      const random = seededRandom(42);
      const codes = new Uint8Array(data.length);
      const edges = [0, ...cuts, data.length];
      for (let k = 1; k < edges.length; k++) {
        const part = data.subarray(edges[k - 1], edges[k]);
        encodeArray(
          { dtype: "F32", data: part },
          { bias: 18, rounding: "stochastic", random, codes: codes.subarray(edges[k - 1]) },
        );
      }
      return codes;
    };
    const whole = encodeCut([]);
    expect(encodeCut([1, 2, 2047, 2048, 2049, 7000])).toEqual(whole);
    expect(encodeCut([5000])).toEqual(whole);
    const other = encodeArray(
      { dtype: "F32", data },
      { bias: 18, rounding: "stochastic", random: seededRandom(43) },
    );
    expect(other.codes).not.toEqual(whole);
  });

  test("NaN on request, zeros and rows take a draw each as well", () => {
    const data = Float64Array.of(0, Number.NaN, 0.3, 0.3);
    const bias = { biases: [8, 9], rowLength: 2 };
    const random = seededRandom(5);
    const { codes, nans } = encodeArray(
      { dtype: "F64", data },
      { bias, rounding: "stochastic", random, nan: "encode" },
    );
    const scalar = seededRandom(5);
    scalar.next();
    scalar.next();
    const expected = [0, 0x80, ...[0.3, 0.3].map((w) => encode(w, 9, "stochastic", scalar))];
    expect(Array.from(codes)).toEqual(expected);
    expect(nans).toBe(1);
    const f16: FloatBlock = { dtype: "F16", data: Uint16Array.of(0x3c00, 0x7c00) };
    expect(() =>
      encodeArray(f16, { bias: 8, rounding: "stochastic", random, firstIndex: 10 }),
    ).toThrow("index 11 is Infinity");
  });
});

describe("the generator", () => {
  test("neighbouring seeds start far apart", () => {
    const first = Array.from({ length: 256 }, (_, seed) => seededRandom(seed).next() >>> 0);
    const mean = first.reduce((sum, draw) => sum + draw, 0) / first.length / 2 ** 32;
    // The mean of 256 uniform numbers is 0.5 within 0.018; five times that.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.09);
    expect(new Set(first).size).toBe(256);
  });

  test.each([-1, 2 ** 32, 0.5, Number.NaN])("seed %d is refused", (seed) => {
    expect(() => seededRandom(seed)).toThrow(
      new RangeError(`seed ${seed}: a seed is an integer from 0 to 4294967295`),
    );
  });

  test("its draws are those of every release: files are reproducible by seed", () => {
    const random = seededRandom(1);
    const draws = [random.next(), random.next(), random.next()];
    expect(draws).toEqual([-1170940497, 1343337684, 866857053]);
  });
});
