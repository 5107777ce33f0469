import { describe, expect, test } from "vitest";
import { decode, decodeArray } from "../../src/format/index.ts";

const all = Uint8Array.from({ length: 256 }, (_, code) => code);

describe("decodeArray", () => {
  test("float32 holds every value for biases of -112 and above", () => {
    for (let bias = -112; bias <= 127; bias++) {
      const values = decodeArray(all, bias);
      expect(values).toBeInstanceOf(Float32Array);
      expect(Array.from(values)).toEqual(Array.from(all, (code) => decode(code, bias)));
    }
  });

  test("float64 holds every value for all biases", () => {
    for (let bias = -128; bias <= 127; bias++) {
      const values = decodeArray(all, bias, { out: new Float64Array(256) });
      expect(Array.from(values)).toEqual(Array.from(all, (code) => decode(code, bias)));
    }
  });

  test("a value beyond float32 is refused, with its index, and only such a value", () => {
    // Bias -113: E = 15 is 2^128.
    const within = Uint8Array.of(0x77, 0x78, 0x7a, 0xfa, 0x80);
    expect(decodeArray(within, -113)[2]).toBe(0.9375 * 2 ** 128);
    for (const code of [0x7b, 0xfb, 0x7f])
      expect(() => decodeArray(Uint8Array.of(0, code), -113, { firstIndex: 10 })).toThrow(
        `index 11: ${decode(code, -113)} is beyond float32, decode to a Float64Array`,
      );
  });

  test("each row is decoded under its own bias, wherever the array is cut", () => {
    const bias = { biases: [8, 0, -4], rowLength: 2 };
    const codes = Uint8Array.of(0x43, 0x47, 0x43, 0x47, 0x43, 0x47);
    const expected = [1, 1.5, 256, 384, 4096, 6144];
    for (let cut = 0; cut <= codes.length; cut++) {
      const head = decodeArray(codes.subarray(0, cut), bias);
      const tail = decodeArray(codes.subarray(cut), bias, { firstIndex: cut });
      expect([...head, ...tail]).toEqual(expected);
    }
  });

  test("values are written to the array given, and only as many as there are codes", () => {
    const out = new Float32Array(3).fill(7);
    expect(Array.from(decodeArray(Uint8Array.of(0x43), 8, { out }))).toEqual([1]);
    expect(Array.from(out)).toEqual([1, 7, 7]);
    expect(() => decodeArray(all, 8, { out })).toThrow(
      "256 codes need 256 elements: the destination has 3",
    );
    expect(() => decodeArray(all, 200)).toThrow("bias 200");
  });
});
