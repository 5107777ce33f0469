import { expect, test } from "vitest";
import { backslash, fitValues, type Parameter, rateOf, sample } from "../../src/gg/index.ts";

const network = (): Parameter[] => [
  { shape: [40, 50], data: sample({ nu: 1.3, alpha: 0.1 }, 2000, 1) },
  { shape: [50], data: new Float32Array(50).fill(1) },
  { shape: [30, 10], data: sample({ nu: 0.9, alpha: 0.05 }, 300, 2) },
];
const n = 2350;

test.each([
  ["matrices", { lambda: 3 }, 1],
  ["all", { lambda: 3 }, 1],
  ["matrices", { lambda: 0.5 }, 0.01],
  ["matrices", { kappa: 0.1, learningRate: 3e-3 }, 1],
] as const)("ν of %s, %j, ε %d: one step is the formula", (estimate, strength, epsilon) => {
  const before = network();
  const seen = estimate === "all" ? before : [before[0]!, before[2]!];
  const nu = fitValues(seen.map(({ data }) => data))!.nu;
  const lambda = "lambda" in strength ? strength.lambda : 0.1 * 3e-3 * n;
  const after = network();
  expect(backslash(after, strength, { epsilon, estimate })).toBe(nu);
  before.forEach(({ data }, p) => {
    data.forEach((w, i) => {
      const step = ((lambda * nu) / n) * Math.sign(w) * (Math.abs(w) + epsilon) ** (nu - 1);
      expect(after[p]!.data[i]).toBe(Math.fround(w - step));
    });
  });
});

test("norm gains of 1 change the estimate, so they are left out of it", () => {
  const tiny: Parameter[] = [
    { shape: [10, 10], data: sample({ nu: 2, alpha: 0.01 }, 100, 1) },
    { shape: [10], data: new Float32Array(10).fill(1) },
  ];
  const copy = () => tiny.map(({ shape, data }) => ({ shape, data: Float32Array.from(data) }));
  expect(backslash(copy(), { lambda: 0 })).toBeGreaterThan(1);
  expect(backslash(copy(), { lambda: 0 }, { estimate: "all" })).toBeLessThan(0.3);
});

test("more of it, fewer bits; of zeros there is nothing to take", () => {
  const bits = [0, 0.02, 0.05, 0.1, 0.2].map((kappa) => {
    const parameters = network();
    for (let step = 0; step < 200; step++) backslash(parameters, { kappa, learningRate: 3e-3 });
    return rateOf(parameters.map(({ data }) => data)).eg0_bits;
  });
  expect(bits).toEqual(bits.toSorted((a, b) => b - a));
  expect(bits.at(-1)).toBeLessThan(0.6 * bits[0]!);
  const zeros = [{ shape: [2, 2], data: new Float32Array(4) }];
  expect(backslash(zeros, { lambda: 1 })).toBeUndefined();
  expect(zeros[0]!.data).toEqual(new Float32Array(4));
});
