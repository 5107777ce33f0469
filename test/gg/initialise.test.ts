import { expect, test } from "vitest";
import { fitValues, initialise } from "../../src/gg/index.ts";

test.each([
  [0.5, 2],
  [1, 1],
  [2, 2],
  [2.5, 2 / (1 + 0.2 ** 2)],
])("ν %d, ξ %d: the variance is ξ/n, n the first size, and ν comes back", (nu, xi) => {
  const [rows, columns] = [500, 2000];
  const weights = initialise([rows, columns], { nu, xi, seed: 11 });
  expect(weights.length).toBe(rows * columns);
  const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
  // Five standard deviations of a sample variance; the kurtosis of ν = 0.5 is 25.2.
  expect(Math.abs((variance * rows) / xi - 1)).toBeLessThan(5 * Math.sqrt(24.2 / weights.length));
  expect(Math.abs(fitValues([weights])!.nu / nu - 1)).toBeLessThan(0.02);
});

test("it repeats with its seed, and refuses what is no matrix", () => {
  const draw = (seed: number) => initialise([4, 5], { seed });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(() => initialise([4], { seed: 1 })).toThrow("a matrix is needed");
  expect(() => initialise([0, 3], { seed: 1 })).toThrow("a matrix is needed");
  expect(() => initialise([3, 3], { nu: 0, seed: 1 })).toThrow("above 0");
  expect(() => initialise([3, 3], { xi: Number.NaN, seed: 1 })).toThrow("above 0");
});
