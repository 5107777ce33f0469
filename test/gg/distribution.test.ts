import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cumulative, density, quantile, sample } from "../../src/gg/index.ts";

const distribution = fc.record({
  nu: fc.double({ min: 0.3, max: 2.9, noNaN: true }),
  alpha: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
});

/** Φ by Simpson's rule on the normal density. */
function normal(x: number): number {
  const [steps, f] = [4000, (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)];
  const h = x / steps;
  let sum = f(0) + f(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * f(i * h);
  return 0.5 + (sum * h) / 3;
}

describe("the shapes with a name", () => {
  const gaussian = { nu: 2, alpha: Math.SQRT2 };
  const laplacian = { nu: 1, alpha: 1 };
  test.each([-3, -1, -0.2, 0, 0.5, 2.5])("Gaussian and Laplacian at %d", (x) => {
    expect(density(x, gaussian)).toBeCloseTo(Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI), 13);
    expect(cumulative(x, gaussian)).toBeCloseTo(normal(x), 11);
    expect(density(x, laplacian)).toBeCloseTo(Math.exp(-Math.abs(x)) / 2, 13);
    const tail = Math.exp(-Math.abs(x)) / 2;
    expect(cumulative(x, laplacian)).toBeCloseTo(x < 0 ? tail : 1 - tail, 13);
  });
  test("quantiles of a Laplacian", () => {
    expect(quantile(0.25, laplacian)).toBeCloseTo(Math.log(0.5), 12);
    expect(quantile(1 - 1e-9, laplacian)).toBeCloseTo(-Math.log(2e-9), 6);
    expect(quantile(0.5, laplacian)).toBe(0);
    expect(quantile(0, laplacian)).toBe(Number.NEGATIVE_INFINITY);
    expect(quantile(1, laplacian)).toBe(Number.POSITIVE_INFINITY);
    for (const p of [-0.1, 1.1, Number.NaN])
      expect(() => quantile(p, laplacian)).toThrow("from 0 to 1");
  });
});

test("the slope of the distribution is the density", () => {
  fc.assert(
    fc.property(distribution, fc.double({ min: 0.05, max: 3, noNaN: true }), (gg, at) => {
      // In the lower tail, where nothing cancels.
      const [x, h] = [-at * gg.alpha, 1e-4 * at * gg.alpha];
      const slope = (cumulative(x + h, gg) - cumulative(x - h, gg)) / (2 * h);
      expect(Math.abs(slope / density(x, gg) - 1)).toBeLessThan(1e-5);
    }),
  );
});

test("quantile undoes the distribution, which is symmetric", () => {
  fc.assert(
    fc.property(distribution, fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (gg, p) => {
      const x = quantile(p, gg);
      expect(Math.abs(cumulative(x, gg) - p)).toBeLessThan(1e-9);
      expect(Math.abs(cumulative(-x, gg) - (1 - p))).toBeLessThan(1e-9);
    }),
  );
});

test("draws fall below every quantile as often as it says", () => {
  const gg = { nu: 0.7, alpha: 0.2 };
  const draws = sample(gg, 200_000, 3).sort();
  for (const p of [0.01, 0.1, 0.3, 0.5, 0.8, 0.99]) {
    const share = draws.findIndex((x) => x >= quantile(p, gg)) / draws.length;
    // Five standard deviations of a binomial share.
    expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws.length));
  }
});
