import fc from "fast-check";
import { expect, test } from "vitest";
import { deepshape, fitValues, sample } from "../../src/gg/index.ts";

const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

test.each([0.6, 1, 1.5, 2])("weights of ν = %d land on 0.8 of it, and on 0.6 of α", (nu) => {
  const weights = sample({ nu, alpha: 0.1 }, 200_000, 4).map((w) => w + 0.01);
  const before = fitValues([weights], mean(weights))!;
  const shaped = deepshape(weights);
  const after = fitValues([shaped], mean(shaped))!;
  expect(Math.abs(after.nu / (0.8 * before.nu) - 1)).toBeLessThan(0.05);
  // α moves against ν where both are estimated, the more the smaller ν is.
  expect(Math.abs(after.alpha / (0.6 * before.alpha) - 1)).toBeLessThan(0.12);
  expect(Math.abs(mean(shaped) - mean(weights))).toBeLessThan(1e-3);
});

test("ranks are kept, levels are multiples of the step, none is beyond max|w|", () => {
  const weight = fc.float({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 2, maxLength: 300 }),
      fc.constantFrom(2 ** -13, 2 ** -6, 0.1),
      (given, step) => {
        const weights = Float32Array.from(given);
        const before = Float32Array.from(weights);
        const shaped = deepshape(weights, { step });
        expect(weights).toEqual(before);
        if (new Set(given.map((w) => w + 0)).size === 1) return;
        const order = [...weights.keys()].sort((a, b) => weights[a]! - weights[b]! || a - b);
        order.reduce((last, i) => {
          expect(shaped[i]).toBeGreaterThanOrEqual(last);
          return shaped[i]!;
        }, Number.NEGATIVE_INFINITY);
        const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
        for (const w of shaped) {
          expect(Math.abs(w / step - Math.round(w / step))).toBeLessThan(1e-3);
          expect(Math.abs(w)).toBeLessThanOrEqual(largest + 1e-6);
        }
      },
    ),
  );
});

test("equal weights stay; an impossible step is refused", () => {
  expect(deepshape(new Float32Array(3).fill(0.5))).toEqual(new Float32Array(3).fill(0.5));
  const weights = Float32Array.of(1, 2, 3);
  for (const step of [0, -1, Number.NaN, 1e-12])
    expect(() => deepshape(weights, { step })).toThrow("step");
});
