import { bfloat16ToNumber, float16ToNumber } from "../../format/index.ts";
import type { ReadAt, TensorInfo } from "../tensor.ts";

/** A floating-point type of eight bits: sign, exponent, fraction. */
interface Float8 {
  readonly exponent: number;
  readonly fraction: number;
  readonly bias: number;
  /** What codes are not numbers: IEEE 754's, all ones alone, or minus zero alone. */
  readonly special: "ieee" | "ones" | "minus zero";
}

const layouts: Readonly<Record<string, Float8>> = {
  F8_E4M3: { exponent: 4, fraction: 3, bias: 7, special: "ones" },
  F8_E5M2: { exponent: 5, fraction: 2, bias: 15, special: "ieee" },
  F8_E4M3FNUZ: { exponent: 4, fraction: 3, bias: 8, special: "minus zero" },
  F8_E5M2FNUZ: { exponent: 5, fraction: 2, bias: 16, special: "minus zero" },
};

function float8(code: number, { exponent, fraction, bias, special }: Float8): number {
  const sign = code & 0x80 ? -1 : 1;
  const field = (code >> fraction) & (2 ** exponent - 1);
  const digits = code & (2 ** fraction - 1);
  if (special === "minus zero" && code === 0x80) return Number.NaN;
  if (special === "ones" && (code & 0x7f) === 0x7f) return Number.NaN;
  if (special === "ieee" && field === 2 ** exponent - 1)
    return digits === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return field === 0
    ? sign * digits * 2 ** (1 - bias - fraction)
    : sign * (1 + digits * 2 ** -fraction) * 2 ** (field - bias);
}

const codes = Array.from({ length: 256 }, (_, code) => code);
const tableOf = (value: (code: number) => number): Float32Array => Float32Array.from(codes, value);

/** The values of every code of the one-byte types that scales go with. */
export const byteValues: ReadonlyMap<string, Float32Array> = new Map([
  ...Object.entries(layouts).map(
    ([dtype, layout]) => [dtype, tableOf((code) => float8(code, layout))] as const,
  ),
  ["I8", tableOf((code) => (code << 24) >> 24)],
]);

const powers = tableOf((code) => (code === 255 ? Number.NaN : 2 ** (code - 127)));

/** Types that scales have. */
export const isScale = ({ dtype }: TensorInfo): boolean =>
  dtype === "F32" || dtype === "F16" || dtype === "BF16" || dtype === "F8_E8M0";

/** Consecutive scales of a tensor whose type `isScale` knows. */
export function readScales(
  { file, position, dtype }: TensorInfo,
  first: number,
  count: number,
  read: ReadAt,
): Float32Array {
  if (dtype === "F32") {
    const values = new Float32Array(count);
    read(file, position + 4 * first, new Uint8Array(values.buffer));
    return values;
  }
  if (dtype === "F8_E8M0") {
    const bytes = new Uint8Array(count);
    read(file, position + first, bytes);
    return Float32Array.from(bytes, (code) => powers[code] as number);
  }
  const bits = new Uint16Array(count);
  read(file, position + 2 * first, new Uint8Array(bits.buffer));
  return Float32Array.from(bits, dtype === "F16" ? float16ToNumber : bfloat16ToNumber);
}
