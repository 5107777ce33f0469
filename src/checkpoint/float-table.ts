import { decodeTable } from "../format/index.ts";

/** What RF8 codes are decoded to. */
export const floatTargets = ["f32", "bf16", "f16"] as const;
export type FloatTarget = (typeof floatTargets)[number];

/** Explicit bits of the significand, exponents of the smallest normal and the largest number, and the dtype. */
const layouts = {
  f32: { fraction: 23, minimum: -126, maximum: 127, dtype: "F32" },
  bf16: { fraction: 7, minimum: -126, maximum: 127, dtype: "BF16" },
  f16: { fraction: 10, minimum: -14, maximum: 15, dtype: "F16" },
} as const;

export const targetDtype = (target: FloatTarget): "F32" | "BF16" | "F16" => layouts[target].dtype;

/** All codes of a bias as elements of a float type. */
export interface FloatTable {
  /** The bits of each code's element; 0x80 is a NaN. */
  readonly bits: Uint32Array | Uint16Array;
  /**
   * 0: as near as the type's precision lets it be, exact without a scale; 1: beyond the type's largest number, which stands
   * for it; 2: rounded further, as it is below the smallest normal number.
   */
  readonly inexact: Uint8Array;
}

const tables = new Map<string, FloatTable>();

/**
 * What every code becomes. Every value is exact in BF16 and in F32 for biases −112 to 125, and in F16 for those
 * from 0 to 20; beyond, values saturate or round to nearest, ties to even.
 */
export function floatTable(bias: number, target: FloatTarget): FloatTable {
  const key = `${target} ${bias}`;
  const known = tables.get(key) ?? scaledTable(bias, 1, target);
  tables.set(key, known);
  return known;
}

/** The same of the values times a row's scale, rounded to nearest, ties to even. */
export function scaledTable(bias: number, scale: number, target: FloatTarget): FloatTable {
  const { fraction, minimum, maximum } = layouts[target];
  const bits = target === "f32" ? new Uint32Array(256) : new Uint16Array(256);
  const inexact = new Uint8Array(256);
  const width = target === "f32" ? 31 : 15;
  const largest = 2 ** maximum * (2 - 2 ** -fraction);
  decodeTable(bias).forEach((value, code) => {
    const magnitude = scale * Math.abs(value);
    const sign = value < 0 ? 2 ** width : 0;
    if (Number.isNaN(value)) {
      bits[code] = (2 ** (width - fraction) - 1) * 2 ** fraction + 2 ** (fraction - 1);
      return;
    }
    const rounded = Math.min(largest, nearest(magnitude, fraction, minimum));
    inexact[code] =
      magnitude > largest ? 1 : rounded === magnitude || magnitude >= 2 ** minimum ? 0 : 2;
    bits[code] = sign + bitsOf(rounded, fraction, minimum);
  });
  return { bits, inexact };
}

/** The exponent of a positive number, but no less than that of the smallest normal one. */
const exponentOf = (magnitude: number, minimum: number): number => {
  let exponent = Math.max(minimum, Math.floor(Math.log2(magnitude)));
  // The logarithm may round to the next whole number.
  while (2 ** exponent > magnitude && exponent > minimum) exponent--;
  while (2 ** (exponent + 1) <= magnitude) exponent++;
  return exponent;
};

function nearest(magnitude: number, fraction: number, minimum: number): number {
  if (magnitude === 0) return 0;
  const step = 2 ** (exponentOf(magnitude, minimum) - fraction);
  const steps = magnitude / step;
  const below = Math.floor(steps);
  const rest = steps - below;
  return (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below) * step;
}

/** The bits of a number that the type holds: steps above zero, counted through all exponents. */
function bitsOf(magnitude: number, fraction: number, minimum: number): number {
  if (magnitude === 0) return 0;
  const exponent = exponentOf(magnitude, minimum);
  return (exponent - minimum) * 2 ** fraction + magnitude / 2 ** (exponent - fraction);
}
