import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalise,
  decode,
  decodeArray,
  encode,
  encodeArray,
  NonFiniteError,
  seededRandom,
} from "../../src/format/index.ts";
import { float64OfBits, witnesses } from "./witness.ts";

const roundings = ["nearest", "paper"] as const;
const bias = fc.integer({ min: -128, max: 127 });

/** Any finite float64, and float64 within a few octaves of the range of a bias. */
const anyFinite = fc.double({ noNaN: true, noDefaultInfinity: true });
const inRange = fc
  .tuple(
    fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }),
    fc.integer({ min: -3, max: 18 }),
    bias,
    fc.boolean(),
  )
  .map(([fraction, octave, b, negative]) => {
    const magnitude = float64OfBits((BigInt(1023 + octave - b) << 52n) | fraction);
    return { value: negative ? -magnitude : magnitude, bias: b };
  });

describe.each(roundings)("%s", (rounding) => {
  const witness = witnesses[rounding];

  test("every representable value under every bias is encoded as its canonical code", () => {
    for (let b = -128; b <= 127; b++)
      for (let code = 0; code < 256; code++)
        if (code !== 0x80) expect(encode(decode(code, b), b, rounding)).toBe(canonicalise(code));
  });

  test("agrees with the witness on numbers in range", () => {
    fc.assert(
      fc.property(inRange, ({ value, bias: b }) => {
        expect(encode(value, b, rounding)).toBe(witness(value, b));
      }),
      { numRuns: 3000 },
    );
  });

  test("agrees with the witness on all of float64", () => {
    fc.assert(
      fc.property(anyFinite, bias, (value, b) => {
        expect(encode(value, b, rounding)).toBe(witness(value, b));
      }),
      { numRuns: 1000 },
    );
  });

  test("is odd, but for the sign that zero lacks", () => {
    fc.assert(
      fc.property(inRange, ({ value, bias: b }) => {
        const code = encode(value, b, rounding);
        expect(encode(-value, b, rounding)).toBe(code === 0 ? 0 : code ^ 0x80);
      }),
    );
  });

  test("emits canonical codes only, and never NaN", () => {
    fc.assert(
      fc.property(inRange, ({ value, bias: b }) => {
        const code = encode(value, b, rounding);
        expect(canonicalise(code)).toBe(code);
        expect(code).not.toBe(0x80);
      }),
    );
  });

  test.each([
    ["minus zero", -0, 0, 0x00],
    ["the smallest subnormal", 2 ** -1074, 127, 0x00],
    ["a negative one", -(2 ** -1074), 127, 0x00],
    ["1e300", 1e300, 8, 0x7f],
    ["-1e300", -1e300, -128, 0xff],
    ["the largest float64", Number.MAX_VALUE, 0, 0x7f],
    ["half the smallest value", 0.4375 * 2 ** -8, 8, 0x01],
    ["minus half the smallest value", -0.4375 * 2 ** -8, 8, 0x81],
    ["just below half the smallest value", 0.4375 * 2 ** -8 * (1 - 2 ** -53), 8, 0x00],
    ["0.75 * 2^-bias, whose byte is zero's", 0.75 * 2 ** -8, 8, 0x01],
    ["just above the largest value", 192.00001, 8, 0x7f],
  ])("%s", (_, value, b, code) => {
    expect(encode(value, b, rounding)).toBe(code);
    expect(witness(value, b)).toBe(code);
  });
});

describe("nearest", () => {
  test("at each midpoint the neighbour away from zero is taken, just below it the other", () => {
    const codes = Array.from({ length: 128 }, (_, code) => code).filter(
      (code) => canonicalise(code) === code,
    );
    for (let j = 1; j < codes.length; j++) {
      const midpoint = (decode(codes[j - 1]!, 8) + decode(codes[j]!, 8)) / 2;
      expect(encode(midpoint, 8, "nearest")).toBe(codes[j]);
      expect(encode(-midpoint, 8, "nearest")).toBe(codes[j]! + 128);
      expect(encode(midpoint * (1 - 2 ** -53), 8, "nearest")).toBe(codes[j - 1]);
    }
  });
});

describe("paper", () => {
  // An octave's thresholds: the residual's power of two changes at sqrt(2) times a power of two.
  test.each([
    [1 + Math.SQRT2 / 32, 1, 1.0625],
    [1 + Math.SQRT2 / 16, 1.0625, 1.125],
    [1 + Math.SQRT2 / 8, 1.125, 1.25],
    [1 + Math.SQRT2 / 4, 1.25, 1.5],
    [2 - Math.SQRT2 / 4, 1.5, 1.75],
    [2 - Math.SQRT2 / 8, 1.75, 1.875],
    [2 - Math.SQRT2 / 16, 1.875, 2],
  ])("around %d the value goes from %d to %d", (threshold, below, above) => {
    expect(decode(encode(threshold * (1 - 1e-15), 8, "paper"), 8)).toBe(below);
    expect(decode(encode(threshold * (1 + 1e-15), 8, "paper"), 8)).toBe(above);
  });

  test("the first term rounding up at sqrt(2) makes no difference: 1 + 1/2 = 2 - 1/2", () => {
    for (const value of [Math.SQRT2 * (1 - 2 ** -52), Math.SQRT2, Math.SQRT2 * (1 + 2 ** -52)])
      expect(encode(value, 8, "paper")).toBe(0x47);
  });

  test("it is not nearest: 1.64 becomes 1.5 though 1.75 is nearer", () => {
    expect(decode(encode(1.64, 8, "paper"), 8)).toBe(1.5);
    expect(decode(encode(1.64, 8, "nearest"), 8)).toBe(1.75);
  });
});

describe("relative error on two million log-uniform points of 14 whole octaves", () => {
  const POINTS = 2_000_000;
  const points = Float64Array.from({ length: POINTS }, (_, i) => 2 ** ((14 * (i + 0.5)) / POINTS));

  /** In percent. */
  function relativeErrors(rounded: ArrayLike<number>) {
    let squares = 0;
    let max = 0;
    for (let i = 0; i < POINTS; i++) {
      const error = Math.abs(rounded[i]! / points[i]! - 1);
      squares += error * error;
      max = Math.max(max, error);
    }
    return { rms: 100 * Math.sqrt(squares / POINTS), max: 100 * max };
  }

  // The largest error of nearest is 1/11, half way from 1.25 to 1.5; that of the paper's rule is at
  // its threshold 1 + sqrt(2)/4, which becomes 1.5. Over ranges that are not whole octaves the RMS
  // changes by up to 0.1.
  test.each([
    ["nearest", 3.778, 100 / 11],
    ["paper", 3.974, 100 * (1.5 / (1 + Math.SQRT2 / 4) - 1)],
  ] as const)("%s", (rounding, rms, max) => {
    const { codes } = encodeArray({ dtype: "F64", data: points }, { bias: 0, rounding });
    const measured = relativeErrors(decodeArray(codes, 0));
    expect(measured.rms).toBeCloseTo(rms, 3);
    expect(measured.max).toBeCloseTo(max, 3);
  });

  test.each([
    ["E4M3, 3 mantissa bits", 8, 2.65, 100 / 17],
    ["E5M2, 2 mantissa bits", 4, 5.27, 100 / 9],
  ])("for comparison %s", (_, steps, rms, max) => {
    const step = (value: number) => 2 ** Math.floor(Math.log2(value)) / steps;
    const rounded = points.map((value) => Math.round(value / step(value)) * step(value));
    const measured = relativeErrors(rounded);
    expect(measured.rms).toBeCloseTo(rms, 2);
    expect(measured.max).toBeCloseTo(max, 3);
  });
});

describe("refusals", () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("%d", (value) => {
    for (const rounding of ["nearest", "paper", "stochastic"] as const)
      expect(() => encode(value, 0, rounding, seededRandom(1))).toThrow(NonFiniteError);
  });

  test("stochastic rounding without a generator", () => {
    expect(() => encode(1, 0, "stochastic")).toThrow(
      new TypeError("stochastic rounding needs a generator: pass seededRandom(seed)"),
    );
  });

  test.each(["nearest", "paper", "stochastic"] as const)("an invalid bias, %s", (rounding) => {
    expect(() => encode(0, 128, rounding, seededRandom(1))).toThrow(RangeError);
  });
});
