import { expect, test } from "vitest";
import { activationFunction, type MlpConfig, type Model, mlp } from "../../src/network/index.ts";

/** Φ(x) by Simpson's rule from 0. */
function gaussian(x: number): number {
  const [steps, density] = [2000, (t: number) => Math.exp(-(t * t) / 2) / Math.sqrt(2 * Math.PI)];
  const h = x / steps;
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * h);
  return 0.5 + (sum * h) / 3;
}

test.each([-6, -1.5, -0.1, 0, 0.3, 1, 2.5, 7])("activation functions at %d", (x) => {
  expect(activationFunction("relu")(x)).toBeCloseTo(Math.max(x, 0), 12);
  expect(activationFunction("leaky_relu", 0.2)(x)).toBeCloseTo(x > 0 ? x : x / 5, 12);
  expect(activationFunction("leaky_relu")(x)).toBeCloseTo(x > 0 ? x : x / 100, 12);
  expect(activationFunction("silu")(x)).toBeCloseTo(x * (0.5 + Math.tanh(x / 2) / 2), 12);
  expect(Math.abs(activationFunction("gelu")(x) - x * gaussian(x))).toBeLessThan(1e-6);
});

const model: Model<MlpConfig> = {
  config: {
    model_type: "mlp",
    layers: [
      { weight: "a", bias: "b", activation: "leaky_relu", negative_slope: 0.5 },
      { weight: "c", activation: "relu" },
      { weight: "d" },
    ],
  },
  tensors: new Map([
    ["a", { shape: [2, 3], values: Float32Array.of(1, 2, 3, -1, 0, 2) }],
    ["b", { shape: [2], values: Float32Array.of(1, -10) }],
    ["c", { shape: [3, 2], values: Float32Array.of(1, 0, 0, 1, 1, 1) }],
    ["d", { shape: [1, 3], values: Float32Array.of(2, 5, -1) }],
  ]),
};

test("an MLP by hand", () => {
  // a·x + b = [5, −12], leaky [5, −6]; c: [5, −6, −1], relu [5, 0, 0]; d: 10.
  expect([...mlp(model)(Float32Array.of(2, 1, 0))]).toEqual([10]);
  expect(() => mlp(model)(Float32Array.of(1))).toThrow("1 inputs: the network has 3");
});
