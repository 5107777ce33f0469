import { describe, expect, test } from "vitest";
import {
  decode,
  ErrorStatistics,
  encodeArray,
  entropyBits,
  sqnrDb,
} from "../../src/format/index.ts";

describe("entropyBits", () => {
  test.each([
    ["256 equal counts", new Array(256).fill(3), 8],
    ["one symbol", [0, 5, 0], 0],
    ["a fair coin", [7, 7], 1],
    ["1/2, 1/4, 1/8, 1/8", [4, 2, 1, 1], 1.75],
    ["nothing", [0, 0], 0],
  ])("%s", (_, histogram: number[], bits) => {
    expect(entropyBits(histogram)).toBeCloseTo(bits, 12);
  });
});

test.each([
  [100, 1, 20],
  [1, 1, 0],
  [1, 1000, -30],
  [1, 0, Number.POSITIVE_INFINITY],
  [0, 0, Number.POSITIVE_INFINITY],
])("sqnrDb of signal %d and error %d is %d", (signal, error, db) => {
  expect(sqnrDb(signal, error)).toBeCloseTo(db, 12);
});

describe("ErrorStatistics", () => {
  const data = Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i * i) * 2 ** (i % 7));
  const bias = { biases: [8, 9, 10], rowLength: 2000 };
  const { codes } = encodeArray({ dtype: "F32", data }, { bias, rounding: "nearest" });

  test("sums are those of the definition, bit for bit, however the tensor is cut", () => {
    let signal = 0;
    let error = 0;
    const histogram = new Float64Array(256);
    for (const [i, w] of data.entries()) {
      signal += w * w;
      error += (w - decode(codes[i]!, bias.biases[Math.floor(i / 2000)]!)) ** 2;
      histogram[codes[i]!]!++;
    }
    for (const cut of [0, 1, 1999, 2048, 4321, 6000]) {
      const statistics = new ErrorStatistics(bias);
      for (const [from, to] of [
        [0, cut],
        [cut, 6000],
      ] as const)
        statistics.add({ dtype: "F32", data: data.subarray(from, to) }, codes.subarray(from, to));
      expect(statistics.signal).toBe(signal);
      expect(statistics.error).toBe(error);
      expect(statistics.histogram).toEqual(histogram);
      expect(statistics.sqnrDb).toBeCloseTo(10 * Math.log10(signal / error), 9);
      expect(statistics.entropyBits).toBe(entropyBits(histogram));
    }
  });

  test("NaN is counted as a code and is in no sum", () => {
    const statistics = new ErrorStatistics(8);
    const block = { dtype: "F64", data: Float64Array.of(Number.NaN, 1.01) } as const;
    statistics.add(block, Uint8Array.of(0x80, 0x43));
    expect(statistics.histogram[0x80]).toBe(1);
    expect(statistics.signal).toBe(1.01 * 1.01);
    expect(statistics.error).toBe((1.01 - 1) ** 2);
  });
});
