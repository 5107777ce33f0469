import { type Block, blockOf, mantissas } from "./block.ts";
import { saturate } from "./rounding.ts";

/** Functions f(x) = x · G(x) whose G goes from 0 to 1 with G(−x) = 1 − G(x). */
export const gates = ["silu", "gelu", "gelu_tanh", "relu"] as const;
export type Gate = (typeof gates)[number];

/** Beyond it, G is that of the last entry. */
const RANGE = 16;

/** Entries for each unit of x. */
const STEPS = 32;

/** Fraction bits of the argument of G. */
const FRACTION = 12;
const REST = FRACTION - Math.log2(STEPS);

/** G of each function for x ≥ 0. */
const shares: Readonly<Record<Gate, (x: number) => number>> = {
  silu: (x) => 1 / (1 + Math.exp(-x)),
  gelu: normal,
  gelu_tanh: (x) => 1 / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  relu: () => 1,
};

/** Φ(x) by its series of positive terms: 1/2 + φ(x) · Σ x^(2k + 1) / (1 · 3 · 5 ⋯ (2k + 1)). */
function normal(x: number): number {
  let term = x;
  let sum = 0;
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term;
    term *= (x * x) / odd;
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/** G in units of 2^−16 at x = i / 32, i = 0 to 512; 1 is 65535. */
export const gateTable = (gate: Gate): Int32Array =>
  Int32Array.from({ length: RANGE * STEPS + 1 }, (_, i) =>
    Math.min(65535, Math.round(65536 * shares[gate](i / STEPS))),
  );

/**
 * G(x) in units of 2^−16, for x in units of 2^−12: between two entries on a line; 65535 − G(|x|) where x is negative.
 *
 * @param x within ±(2^16 − 1)
 */
export function share(table: Int32Array, x: number): number {
  const magnitude = Math.abs(x);
  const index = magnitude >> REST;
  const lower = table[index] as number;
  const step = (table[index + 1] as number) - lower;
  const value = lower + ((step * (magnitude & (2 ** REST - 1))) >> REST);
  return x < 0 ? 65535 - value : value;
}

/** f of every element. */
export function gated(x: Block, table: Int32Array): Block {
  const { values, exponent } = mantissas(x, 16);
  const factor = 2 ** (exponent + FRACTION);
  return blockOf(
    values.map((value) => {
      const argument = Math.floor(value * factor);
      return value * share(table, Math.max(-65535, saturate(argument, 17)));
    }),
    exponent - 16,
  );
}
