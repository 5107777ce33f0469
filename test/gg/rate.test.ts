import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeExpGolomb, encodeExpGolomb, expGolombBits, rateOf } from "../../src/gg/index.ts";

describe("exponential Golomb codes", () => {
  test("the first codes by hand", () => {
    // 0, 1, −1, 2, −2 are u = 0, 1, 2, 3, 4, so 1, 010, 011, 00100, 00101.
    expect([...encodeExpGolomb([0, 1, -1, 2, -2])]).toEqual([0b10100110, 0b01000010, 0b10000000]);
    expect([0, 1, -1, 2, -2, 3, -3, 4].map(expGolombBits)).toEqual([1, 3, 3, 5, 5, 5, 5, 7]);
  });

  test("integers come back", () => {
    const level = fc.oneof(
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -(2 ** 30), max: 2 ** 30 }),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 200 }), (levels) => {
        const bytes = encodeExpGolomb(levels);
        expect([...decodeExpGolomb(bytes, levels.length)].map((v) => v + 0)).toEqual(levels);
        const bits = levels.reduce((sum, v) => sum + expGolombBits(v), 0);
        expect(bytes.length).toBe(Math.ceil(bits / 8));
      }),
    );
  });

  test("any bytes are decoded to what encodes to them, or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), fc.nat(200), (bytes, count) => {
        try {
          expect(encodeExpGolomb(decodeExpGolomb(bytes, count))).toEqual(Uint8Array.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    [[0b10100110], 4, "ends in integer 3 of 4"],
    [[0b10100110, 0b01000000, 1], 3, "what follows is no padding"],
    [[0x80, 0], 1, "what follows is no padding"],
    [[0, 0, 0, 0, 0, 0, 0, 0], 1, "more than 31 digits"],
    [[0, 0, 0, 1, 255, 255, 255, 255], 1, "beyond 2^30"],
    [[0x80], 9, "9 integers do not fit 1 bytes"],
    [[0x80], -1, "-1 integers do not fit"],
    [[0x80], 2 ** 40, "do not fit"],
  ])("bytes %j as %d integers are refused", (bytes, count, message) => {
    expect(() => decodeExpGolomb(Uint8Array.from(bytes), count)).toThrow(message);
  });

  test.each([0.5, 2 ** 31, Number.NaN])("%d has no code", (level) => {
    expect(() => encodeExpGolomb([level])).toThrow("integers of at most");
  });
});

describe("rate", () => {
  test("by hand", () => {
    // Levels 0, 0, 1, −3 at step 0.5: 1 + 1 + 3 + 5 bits; entropy of ½, ¼, ¼; −3 to 1 are five levels.
    const rate = rateOf([[0.1, -0.2], Float32Array.of(0.25, -1.5)], 0.5);
    expect(rate).toEqual({ step: 0.5, eg0_bits: 2.5, entropy_bits: 1.5, fixed_bits: 3 });
  });
  test("is what the encoder writes", () => {
    const weights = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 0.2);
    const bytes = encodeExpGolomb(
      Array.from(weights, (w) => Math.round(Math.abs(w) * 64) * Math.sign(w)),
    );
    expect(Math.ceil((rateOf([weights], 1 / 64).eg0_bits * 1000) / 8 - 1e-9)).toBe(bytes.length);
  });
  test("a step that is none is refused", () => {
    for (const step of [0, -1, Number.NaN]) expect(() => rateOf([[1]], step)).toThrow("step");
    expect(() => rateOf([[1]], 1e-12)).toThrow("beyond 2^30 steps");
  });
});
