import { decodeTable } from "../format/index.ts";
import { floatLayouts, largestOf, magnitudeBits, nearestMagnitude } from "./float-type.ts";

/** What RF8 codes are decoded to. */
export const floatTargets = ["f32", "bf16", "f16"] as const;
export type FloatTarget = (typeof floatTargets)[number];

const dtypes = { f32: "F32", bf16: "BF16", f16: "F16" } as const;

export const targetDtype = (target: FloatTarget): "F32" | "BF16" | "F16" => dtypes[target];

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
  const layout = floatLayouts[dtypes[target]];
  const { fraction, minimum } = layout;
  const bits = target === "f32" ? new Uint32Array(256) : new Uint16Array(256);
  const inexact = new Uint8Array(256);
  const width = target === "f32" ? 31 : 15;
  const largest = largestOf(layout);
  decodeTable(bias).forEach((value, code) => {
    const magnitude = scale * Math.abs(value);
    const sign = value < 0 ? 2 ** width : 0;
    if (Number.isNaN(value)) {
      bits[code] = (2 ** (width - fraction) - 1) * 2 ** fraction + 2 ** (fraction - 1);
      return;
    }
    const rounded = Math.min(largest, nearestMagnitude(magnitude, layout));
    inexact[code] =
      magnitude > largest ? 1 : rounded === magnitude || magnitude >= 2 ** minimum ? 0 : 2;
    bits[code] = sign + magnitudeBits(rounded, layout);
  });
  return { bits, inexact };
}
