import { describe, expect, test } from "vitest";
import { cumulative, fitLikelihood, Histogram, logDensity, sample } from "../../src/gg/index.ts";

function fitted(values: ArrayLike<number>) {
  const histogram = new Histogram();
  histogram.add(values);
  return fitLikelihood(histogram);
}

describe("maximum likelihood", () => {
  test.each([0.3, 0.5, 0.8, 1, 1.5, 2, 2.5])("gives back ν = %d and α from 10^6 draws", (nu) => {
    const fit = fitted(sample({ nu, alpha: 0.02 }, 1_000_000, 5))!;
    expect(Math.abs(fit.nu / nu - 1)).toBeLessThan(0.02);
    expect(Math.abs(fit.alpha / 0.02 - 1)).toBeLessThan(nu < 0.5 ? 0.1 : 0.02);
    // Of 10^6 draws from the distribution itself, fewer than one in 10^5 have a distance above 2.5/√n.
    expect(fit.ks).toBeLessThan(0.0025);
  });

  test("no neighbour is likelier", () => {
    const draws = sample({ nu: 0.8, alpha: 1 }, 20_000, 9);
    const fit = fitted(draws)!;
    const likelihood = (nu: number, alpha: number): number =>
      draws.reduce((sum, x) => sum + logDensity(x, { nu, alpha }), 0);
    const best = likelihood(fit.nu, fit.alpha);
    for (const [a, b] of [
      [1.02, 1],
      [0.98, 1],
      [1, 1.02],
      [1, 0.98],
      [1.02, 1.02],
    ] as const)
      expect(likelihood(fit.nu * a, fit.alpha * b)).toBeLessThan(best);
  });

  test("another distribution is far away, and zeros have none", () => {
    const uniform = Float32Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? i : -i) / 1e4);
    expect(fitted(uniform)!.nu).toBeCloseTo(10, 4);
    const two = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1 : -0.01));
    expect(fitted(two)!.ks).toBeGreaterThan(0.2);
    expect(fitted(new Float32Array(10))).toBeUndefined();
    expect(fitted([])).toBeUndefined();
  });
});

describe("a histogram", () => {
  test("every value is in the bin that contains it, in ascending order", () => {
    const values = [-3e38, -1.5, -1, -1e-40, 0, 1e-45, 1, 1.0078125, 1.5, 1e300, Number.NaN];
    const histogram = new Histogram();
    for (const value of values) histogram.add([value]);
    expect(histogram.total).toBe(values.length - 1);
    const bins = [...histogram.bins()].map(({ sign, low, high }) =>
      sign < 0 ? [-high, -low] : [low, high],
    );
    bins.reduce((before, [low = 0, high = 0]) => {
      expect(low).toBeGreaterThanOrEqual(before);
      return high;
    }, Number.NEGATIVE_INFINITY);
    for (const value of [-1.5, -1, -1e-40, 0, 1, 1.5])
      expect(bins.some(([low = 0, high = 0]) => value >= low && value <= high)).toBe(true);
    for (const [low = 0, high = 0] of bins)
      if (low >= 1) expect(high / low).toBeLessThanOrEqual(1 + 1 / 64);
  });

  test("its fit's distance is that of the sorted values", () => {
    const draws = sample({ nu: 1.2, alpha: 1 }, 3000, 2);
    const fit = fitted(draws)!;
    const exact = draws
      .toSorted()
      .reduce(
        (most, x, i) =>
          Math.max(
            most,
            Math.abs(cumulative(x, fit) - i / draws.length),
            Math.abs(cumulative(x, fit) - (i + 1) / draws.length),
          ),
        0,
      );
    expect(Math.abs(fit.ks - exact)).toBeLessThan(0.003);
  });
});
