import { describe, expect, test } from "vitest";
import { fitMoments, momentRatio, sample } from "../../src/gg/index.ts";

test.each([
  [0.1, 216.83, 2],
  [1, 2, 12],
  [2, Math.PI / 2, 12],
  [2.99, 1.46167, 5],
])("ρ(%d) is %d", (nu, ratio, digits) => {
  expect(momentRatio(nu)).toBeCloseTo(ratio, digits);
});

describe("the moment fit", () => {
  test.each([0.3, 0.5, 1, 1.5, 2, 2.5])(
    "gives back ν = %d and α from 10^6 draws within 2 %%",
    (nu) => {
      const draws = sample({ nu, alpha: 0.25 }, 1_000_000, 7);
      let [square, absolute, sum] = [0, 0, 0];
      for (const x of draws) {
        square += x * x;
        absolute += Math.abs(x);
        sum += x;
      }
      const fit = fitMoments(square / draws.length, absolute / draws.length)!;
      expect(Math.abs(fit.nu / nu - 1)).toBeLessThan(0.02);
      expect(Math.abs(fit.alpha / 0.25 - 1)).toBeLessThan(nu < 0.5 ? 0.1 : 0.02);
      expect(Math.abs(sum / draws.length)).toBeLessThan(
        5 * Math.sqrt(square / draws.length / draws.length),
      );
    },
  );

  test("stays in its range, and has no answer for zeros", () => {
    expect(fitMoments(1, 1)?.nu).toBe(2.99);
    expect(fitMoments(1000, 1)?.nu).toBe(0.1);
    expect(fitMoments(0, 0)).toBeUndefined();
  });
});
