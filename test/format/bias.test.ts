import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BiasSearch,
  decode,
  encode,
  type FloatBlock,
  MaxAbs,
  maxBias,
  NonFiniteError,
} from "../../src/format/index.ts";

const biases = Array.from({ length: 256 }, (_, i) => i - 128);

describe("maxBias", () => {
  test("is the largest bias at which the largest value reaches max|w|", () => {
    const magnitude = fc.oneof(
      fc.double({ min: 2 ** -1074, max: Number.MAX_VALUE, noNaN: true }),
      fc
        .tuple(
          fc.integer({ min: -140, max: 145 }),
          fc.constantFrom(1, 1.5, 1.5 * (1 + 2 ** -52), 1.75),
        )
        .map(([e, m]) => m * 2 ** e),
    );
    fc.assert(
      fc.property(magnitude, (maxAbs) => {
        const holding = biases.filter((bias) => maxAbs <= decode(0x7f, bias));
        expect(maxBias(maxAbs)).toBe(holding.length === 0 ? -128 : Math.max(...holding));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [0, 15],
    [192, 8],
    [192.0000001, 7],
    [96, 9],
    [2 ** -1074, 127],
    [1.5 * 2 ** -112, 127],
    [1.5 * 2 ** 143, -128],
    [1e300, -128],
  ])("of %d is %d", (maxAbs, bias) => {
    expect(maxBias(maxAbs)).toBe(bias);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("of %d is refused", (maxAbs) => {
    expect(() => maxBias(maxAbs)).toThrow(RangeError);
  });
});

describe("MaxAbs", () => {
  const data = Float32Array.of(1, -3, 2, 0, 0, 0, -0.5, 0.25, 0.125);

  test("finds the largest magnitude, for the tensor and for each row, in any chunks", () => {
    for (let cut = 0; cut <= data.length; cut++) {
      const whole = new MaxAbs();
      const rows = new MaxAbs(3, 3);
      for (const part of [data.subarray(0, cut), data.subarray(cut)]) {
        whole.add({ dtype: "F32", data: part });
        rows.add({ dtype: "F32", data: part });
      }
      expect(Array.from(whole.values)).toEqual([3]);
      expect(Array.from(rows.values)).toEqual([3, 0, 0.5]);
      expect(Array.from(rows.biases())).toEqual([14, 15, 16]);
    }
  });

  test("reads all element types, and arrays longer than its scratch", () => {
    const bits = new Uint16Array(5000);
    bits[4999] = 0xc000;
    const f64 = new Float64Array(5000);
    f64[4999] = -1e300;
    for (const [block, expected] of [
      [{ dtype: "F16", data: bits }, 2],
      [{ dtype: "BF16", data: bits }, 2],
      [{ dtype: "F64", data: f64 }, 1e300],
    ] as const) {
      const scan = new MaxAbs();
      scan.add(block);
      expect(scan.values[0]).toBe(expected);
    }
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "%d is an error with its index in the tensor",
    (value) => {
      const scan = new MaxAbs();
      scan.add({ dtype: "F32", data: new Float32Array(3000) });
      const chunk = new Float32Array(3000);
      chunk[2500] = value;
      expect(() => scan.add({ dtype: "F32", data: chunk })).toThrow(
        new NonFiniteError(5500, value),
      );
    },
  );

  test("NaN is passed over on request, infinities are not", () => {
    const scan = new MaxAbs(1, Number.POSITIVE_INFINITY, "encode");
    scan.add({ dtype: "F64", data: Float64Array.of(Number.NaN, 2, Number.NaN, 1) });
    expect(scan.values[0]).toBe(2);
    const infinite: FloatBlock = { dtype: "F64", data: Float64Array.of(Number.NEGATIVE_INFINITY) };
    expect(() => scan.add(infinite)).toThrow(new NonFiniteError(4, Number.NEGATIVE_INFINITY));
  });
});

describe("BiasSearch", () => {
  const squaredError = (data: Iterable<number>, bias: number) => {
    let sum = 0;
    for (const w of data) sum += (w - decode(encode(w, bias, "nearest"), bias)) ** 2;
    return sum;
  };
  const weights = fc.float64Array({
    min: -300,
    max: 300,
    noNaN: true,
    minLength: 1,
    maxLength: 30,
  });

  test("no bias at all has a smaller squared error", () => {
    fc.assert(
      fc.property(weights, (data) => {
        const scan = new MaxAbs();
        scan.add({ dtype: "F64", data });
        const search = new BiasSearch(scan.biases());
        search.add({ dtype: "F64", data });
        const [bias] = search.biases();
        const least = Math.min(...biases.map((candidate) => squaredError(data, candidate)));
        expect(squaredError(data, bias!)).toBe(least);
      }),
      { numRuns: 200 },
    );
  });

  // 0.8 * 2^15 becomes 0.75 * 2^15 under either bias; 0.5 is only resolved under the larger one.
  const data = Float32Array.of(0.8 * 2 ** 15, 0.5, 0, 0, 100, 96);

  test("goes above the max bias where saturation is free", () => {
    const scan = new MaxAbs(3, 2);
    scan.add({ dtype: "F32", data });
    expect(Array.from(scan.biases())).toEqual([0, 15, 8]);
    for (let cut = 0; cut <= data.length; cut++) {
      const search = new BiasSearch(scan.biases(), { rowLength: 2 });
      search.add({ dtype: "F32", data: data.subarray(0, cut) });
      search.add({ dtype: "F32", data: data.subarray(cut) });
      expect(Array.from(search.biases())).toEqual([1, 15, 8]);
    }
  });

  test("the paper's rule may gain below the max bias, where nearest takes over", () => {
    const paper = Float64Array.of(1.5 * 2 ** 15, 1.63, 1.63);
    const search = new BiasSearch([0], { rounding: "paper" });
    search.add({ dtype: "F64", data: paper });
    expect(Array.from(search.biases())).toEqual([-1]);
    const nearest = new BiasSearch([0]);
    nearest.add({ dtype: "F64", data: paper });
    expect(Array.from(nearest.biases())).toEqual([0]);
  });

  test("stays within the valid biases", () => {
    for (const [bias, value] of [
      [-128, 1e300],
      [127, 1e-300],
    ] as const) {
      const search = new BiasSearch([bias]);
      search.add({ dtype: "F64", data: Float64Array.of(value) });
      expect(Array.from(search.biases())).toEqual([bias]);
    }
  });

  test("reports non-finite weights by their index in the tensor, or passes over NaN", () => {
    const chunk: FloatBlock = { dtype: "F64", data: Float64Array.of(1, Number.NaN) };
    const strict = new BiasSearch([8]);
    strict.add({ dtype: "F64", data: Float64Array.of(1) });
    expect(() => strict.add(chunk)).toThrow(new NonFiniteError(2, Number.NaN));
    const lenient = new BiasSearch([15], { nan: "encode" });
    lenient.add(chunk);
    expect(Array.from(lenient.biases())).toEqual([15]);
  });
});
