import { expect, test } from "vitest";
import { accumulatorWidth, productWidth } from "../../src/model/parameters.ts";
import { references } from "../../src/model/references.ts";
import { parameters } from "./support.ts";

test.each([
  ["int8", 1, 28],
  ["int8", 2, 29],
  ["int8", 4096, 40],
  ["int16", 1, 36],
  ["int16", 65_536, 52],
] as const)("exact accumulator: %s, %i terms: %i bits", (activation, terms, width) => {
  expect(accumulatorWidth(parameters({ activation, terms }))).toBe(width);
});

test("the exact width is the smallest that holds both extreme sums", () => {
  const largestWeights = {
    rf8: 786_432n,
    int8: 128n,
    e4m3: 229_376n,
    e5m2: 3_758_096_384n,
  } as const;
  for (const format of ["rf8", "int8", "e4m3", "e5m2"] as const) {
    for (const [activation, smallest] of [
      ["int8", 128n],
      ["int16", 32_768n],
    ] as const) {
      const largestProduct = largestWeights[format] * smallest;
      expect(productWidth({ format, activation })).toBe(leastWidth(largestProduct));
      for (const terms of [1, 2, 3, 5, 1000, 4096, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
        const width = accumulatorWidth(parameters({ format, activation, terms }));
        expect(width).toBe(leastWidth(largestProduct * BigInt(terms)));
      }
    }
  }
});

/** The least width of a two's complement that holds a positive integer, found by halving. */
function leastWidth(largest: bigint): number {
  return largest === 0n ? 1 : 1 + leastWidth(largest / 2n);
}

test("an asked width is taken as it is", () => {
  expect(accumulatorWidth(parameters({ accumulator: 24, terms: 1 }))).toBe(24);
});

test.each([
  ["parameter accumulator: 0 is not a positive integer", { accumulator: 0 }],
  ["parameter accumulator: 2.5 is not a positive integer", { accumulator: 2.5 }],
  ["parameter terms: 0 is not a positive integer", { terms: 0 }],
  ["parameter pipeline: 4 is not one of 0, 1, 2, 3", { pipeline: 4 }],
])("%s", (message, wrong) => {
  expect(() => references.mac(parameters(wrong))).toThrow(new RangeError(message));
});
