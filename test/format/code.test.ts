import { describe, expect, test } from "vitest";
import {
  BIAS_MAX,
  BIAS_MIN,
  CANONICAL_MAGNITUDES,
  canonicalise,
  decode,
  decodeTable,
  integerValue,
  NAN_CODE,
} from "../../src/format/index.ts";
import { exact, exactMagnitude } from "./witness.ts";

const codes = Array.from({ length: 256 }, (_, code) => code);
const finite = codes.filter((code) => code !== NAN_CODE);

describe("the byte", () => {
  test.each([
    [0x43, 1],
    [0x47, 1.5],
    [0x48, 1.5],
    [0xc2, -0.9375],
    [0x01, 0.875 * 2 ** -8],
    [0x7f, 192],
    [0x00, 0],
    [0x80, Number.NaN],
  ])("bias 8: 0x%s is %d", (code, value) => {
    expect(decode(code, 8)).toBe(value);
  });

  test("the significands of r = 0..7 are 12, 14, 15, 16, 17, 18, 20, 24 sixteenths", () => {
    const significands = [8, 9, 10, 11, 12, 13, 14, 15].map((code) => integerValue(code) / 2);
    expect(significands).toEqual([12, 14, 15, 16, 17, 18, 20, 24]);
  });

  test("every code under every bias has the value the formula gives", () => {
    for (let bias = BIAS_MIN; bias <= BIAS_MAX; bias++)
      for (const code of finite) {
        const magnitude = exactMagnitude(code, bias);
        expect(exact(decode(code, bias))).toBe(code < 128 ? magnitude : -magnitude);
      }
  });

  test("there are 225 distinct values: 112 positive, 112 negative and zero", () => {
    const values = new Set(finite.map((code) => decode(code, 8)));
    expect(values.size).toBe(225);
    expect([...values].filter((value) => value > 0)).toHaveLength(112);
    expect([...values].filter((value) => value < 0)).toHaveLength(112);
    expect(values.has(0)).toBe(true);
  });

  test("the order of positive codes is the order of their values, equal at 1.5 * 2^E alone", () => {
    for (let code = 0; code < 127; code++) {
      const step = decode(code + 1, 0) - decode(code, 0);
      if (code % 8 === 7) expect(step).toBe(0);
      else expect(step).toBeGreaterThan(0);
    }
  });

  test("an octave has the magnitudes 1, 1.0625, 1.125, 1.25, 1.5, 1.75 and 1.875", () => {
    const values = Array.from(decodeTable(8).subarray(0, 128));
    const octave = new Set(values.filter((value) => value >= 1 && value < 2));
    expect([...octave]).toEqual([1, 1.0625, 1.125, 1.25, 1.5, 1.75, 1.875]);
  });

  test("the range is 0.875 * 2^-bias to 1.5 * 2^(15 - bias) and W reaches 786,432", () => {
    for (let bias = BIAS_MIN; bias <= BIAS_MAX; bias++) {
      const positive = finite.map((code) => decode(code, bias)).filter((value) => value > 0);
      expect(Math.min(...positive)).toBe(0.875 * 2 ** -bias);
      expect(Math.max(...positive)).toBe(1.5 * 2 ** (15 - bias));
    }
    expect(Math.max(...finite.map((code) => Math.abs(integerValue(code))))).toBe(786_432);
  });

  test("W is a sum of at most two signed powers of two, and value = W * 2^(-bias - 4)", () => {
    for (const code of finite) {
      const w = integerValue(code);
      expect(decode(code, 20)).toBe(w / 2 ** 24);
      // The non-adjacent form has the fewest non-zero signed digits: those of 3w XOR w.
      const magnitude = Math.abs(w);
      const digits = ((3 * magnitude) ^ magnitude).toString(2).replaceAll("0", "").length;
      expect(digits).toBeLessThanOrEqual(2);
    }
  });

  test("negative codes mirror positive ones", () => {
    for (let code = 1; code < 128; code++) expect(decode(code + 128, 8)).toBe(-decode(code, 8));
  });
});

describe("canonical codes", () => {
  test("have the same value, are unique to it, and carry r = 7 where there are two", () => {
    const byValue = new Map<number, number[]>();
    for (const code of finite)
      byValue.set(decode(code, 8), [...(byValue.get(decode(code, 8)) ?? []), code]);
    for (const same of byValue.values()) {
      const expected = same.length === 1 ? same[0]! : same.find((code) => code % 8 === 7)!;
      for (const code of same) expect(canonicalise(code)).toBe(expected);
    }
    expect(canonicalise(NAN_CODE)).toBe(NAN_CODE);
    expect(codes.filter((code) => canonicalise(code) === code)).toHaveLength(226);
  });

  test("CANONICAL_MAGNITUDES lists zero and the 112 positive ones in order", () => {
    const list = codes.filter((code) => code < 128 && canonicalise(code) === code);
    expect(Array.from(CANONICAL_MAGNITUDES)).toEqual(list);
    expect(list).toHaveLength(113);
  });
});

describe("bad arguments", () => {
  test.each([-129, 128, 0.5, Number.NaN])("bias %d is refused", (bias) => {
    expect(() => decode(1, bias)).toThrow(
      new RangeError(`bias ${bias}: an RF8 bias is an integer from -128 to 127`),
    );
  });

  test.each([-1, 256, 1.5, Number.NaN])("code %d is refused", (code) => {
    const error = new RangeError(`code ${code}: an RF8 code is an integer from 0 to 255`);
    expect(() => integerValue(code)).toThrow(error);
    expect(() => canonicalise(code)).toThrow(error);
  });
});
