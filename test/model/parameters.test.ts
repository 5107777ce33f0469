import { expect, test } from "vitest";
import { accumulatorWidth } from "../../src/model/parameters.ts";
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
  for (const [activation, smallest] of [
    ["int8", 128n],
    ["int16", 32_768n],
  ] as const) {
    for (const terms of [1, 2, 3, 5, 1000, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      const largestSum = 786_432n * smallest * BigInt(terms);
      const width = BigInt(accumulatorWidth(parameters({ activation, terms })));
      expect(largestSum < 2n ** (width - 1n)).toBe(true);
      expect(largestSum < 2n ** (width - 2n)).toBe(false);
    }
  }
});

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
