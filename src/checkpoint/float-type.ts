import type { FloatDtype } from "../format/index.ts";

/** Explicit bits of the significand, and exponents of the smallest normal and the largest number. */
export interface FloatLayout {
  readonly fraction: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const floatLayouts = {
  F32: { fraction: 23, minimum: -126, maximum: 127 },
  BF16: { fraction: 7, minimum: -126, maximum: 127 },
  F16: { fraction: 10, minimum: -14, maximum: 15 },
} as const satisfies Record<Exclude<FloatDtype, "F64">, FloatLayout>;

/** The exponent of a positive number, but no less than that of the smallest normal one. */
const exponentOf = (magnitude: number, minimum: number): number => {
  let exponent = Math.max(minimum, Math.floor(Math.log2(magnitude)));
  // The logarithm may round to the next whole number.
  while (2 ** exponent > magnitude && exponent > minimum) exponent--;
  while (2 ** (exponent + 1) <= magnitude) exponent++;
  return exponent;
};

export const largestOf = ({ fraction, maximum }: FloatLayout): number =>
  2 ** maximum * (2 - 2 ** -fraction);

/** The nearest number without a limit to the exponent, ties to even. */
export function nearestMagnitude(magnitude: number, { fraction, minimum }: FloatLayout): number {
  if (magnitude === 0) return 0;
  const step = 2 ** (exponentOf(magnitude, minimum) - fraction);
  const steps = magnitude / step;
  const below = Math.floor(steps);
  const rest = steps - below;
  return (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below) * step;
}

/** The bits of a number that the type holds: steps above zero, counted through all exponents. */
export function magnitudeBits(magnitude: number, { fraction, minimum }: FloatLayout): number {
  if (magnitude === 0) return 0;
  const exponent = exponentOf(magnitude, minimum);
  return (exponent - minimum) * 2 ** fraction + magnitude / 2 ** (exponent - fraction);
}

/** The nearest number of a type, ties to even; an infinity beyond the largest one. */
export function nearestFloat(dtype: FloatDtype, value: number): number {
  if (dtype === "F64") return value;
  const layout = floatLayouts[dtype];
  const magnitude = nearestMagnitude(Math.abs(value), layout);
  return Math.sign(value) * (magnitude > largestOf(layout) ? Number.POSITIVE_INFINITY : magnitude);
}

/** The bytes of the nearest numbers of a type. @throws RangeError for a value beyond its largest one. */
export function encodeFloats(dtype: FloatDtype, values: Float32Array): Uint8Array {
  if (dtype === "F64") return new Uint8Array(Float64Array.from(values).buffer);
  if (dtype === "F32") return new Uint8Array(values.slice().buffer);
  const bits = Uint16Array.from(values, (value) => {
    const nearest = Math.abs(nearestFloat(dtype, value));
    if (!Number.isFinite(nearest)) throw new RangeError(`${value} is beyond ${dtype}`);
    return (
      (value < 0 || Object.is(value, -0) ? 0x8000 : 0) + magnitudeBits(nearest, floatLayouts[dtype])
    );
  });
  return new Uint8Array(bits.buffer);
}
