import { expect, test } from "vitest";
import { adam, learningRateAt, noMoments } from "../../src/train/adam.ts";

test.each([undefined, 0.99])("Adam's steps by the formula, second moment %s", (beta2) => {
  const weights = Float32Array.of(1, -2, 0.5);
  const moments = noMoments(3);
  const gradients = [
    [0.1, -3, 0],
    [0.2, 1, 0],
    [-0.4, 2, 1e-3],
  ];
  gradients.forEach((gradient, i) => {
    adam(weights, gradient, moments, { step: i + 1, learningRate: 0.01, ...(beta2 && { beta2 }) });
  });
  const b = beta2 ?? 0.95;
  const expected = [1, -2, 0.5].map((start, w) => {
    let value = start;
    for (let step = 1; step <= gradients.length; step++) {
      // The moments as sums over all gradients so far, with their weights.
      let [m, v] = [0, 0];
      for (let k = 1; k <= step; k++) {
        m += 0.1 * 0.9 ** (step - k) * gradients[k - 1]![w]!;
        v += (1 - b) * b ** (step - k) * gradients[k - 1]![w]! ** 2;
      }
      const [mean, square] = [m / (1 - 0.9 ** step), v / (1 - b ** step)];
      value -= (0.01 * mean) / (Math.sqrt(square) + 1e-8);
    }
    return value;
  });
  weights.forEach((w, i) => {
    expect(Math.abs(w - expected[i]!)).toBeLessThan(1e-6);
  });
});

test("the schedule rises to its peak and falls to a twentieth", () => {
  const rate = (step: number): number => learningRateAt(step, 1000, 1);
  expect(rate(1)).toBeCloseTo(1 / 50, 12);
  expect(rate(50)).toBe(1);
  expect(rate(525)).toBeCloseTo((1 + 0.05) / 2, 12);
  expect(rate(1000)).toBeCloseTo(0.05, 12);
  for (let step = 51; step <= 1000; step++) expect(rate(step)).toBeLessThan(rate(step - 1));
  expect(learningRateAt(1, 1, 1)).toBe(1);
});
