import { erf } from "../gg/special-functions.ts";

/** The functions between layers; none of them has a matrix, so all run on the host. */
export const activations = ["relu", "leaky_relu", "gelu", "gelu_tanh", "silu"] as const;
export type Activation = (typeof activations)[number];

/** x·Φ(x), the exact form. */
const gelu = (x: number): number => (x * (1 + erf(x * Math.SQRT1_2))) / 2;

/** GELU by tanh: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
const geluTanh = (x: number): number =>
  (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** The function of a name, in float64. @param negativeSlope of leaky_relu below zero */
export function activationFunction(name: Activation, negativeSlope = 0.01): (x: number) => number {
  switch (name) {
    case "relu":
      return (x) => Math.max(x, 0);
    case "leaky_relu":
      return (x) => (x > 0 ? x : negativeSlope * x);
    case "gelu":
      return gelu;
    case "gelu_tanh":
      return geluTanh;
    case "silu":
      return (x) => x / (1 + Math.exp(-x));
  }
}
