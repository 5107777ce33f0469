const scratch = new DataView(new ArrayBuffer(8));

/** 2^exponent, exact by construction, for the normal float64 range -1022..1023. */
export function powerOfTwo(exponent: number): number {
  scratch.setUint32(0, (exponent + 1023) << 20);
  scratch.setUint32(4, 0);
  return scratch.getFloat64(0);
}

/**
 * A finite number taken apart without rounding: |value| = significand * 2^exponent.
 * bigint, because the paper rule squares the 53-bit significand.
 */
export function split(value: number): { significand: bigint; exponent: number } {
  scratch.setFloat64(0, value);
  const bits = scratch.getBigUint64(0) & 0x7fff_ffff_ffff_ffffn;
  const field = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return field === 0
    ? { significand: fraction, exponent: -1074 }
    : { significand: fraction | (1n << 52n), exponent: field - 1075 };
}

/** floor(log2(m)) of a positive integer. */
export function floorLog2(m: bigint): bigint {
  return BigInt(m.toString(2).length - 1);
}

/**
 * IEEE 754 binary16 bits (1, 5, 10) to the number they stand for; every one is exact.
 *
 * @example
 * console.log(float16ToNumber(0x3c00)); // 1
 */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const field = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (field === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (field === 0) return sign * fraction * powerOfTwo(-24);
  return sign * (fraction | 0x400) * powerOfTwo(field - 25);
}

/**
 * bfloat16 bits (1, 8, 7), the upper half of a float32, to the number they stand for; exact.
 *
 * @example
 * console.log(bfloat16ToNumber(0x3f80)); // 1
 */
export function bfloat16ToNumber(bits: number): number {
  scratch.setUint32(0, (bits << 16) >>> 0);
  return scratch.getFloat32(0);
}

/** The bits of a float32, as an unsigned integer. */
export function float32Bits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

/** The upper 32 bits of a float64, as an unsigned integer. */
export function float64HighBits(value: number): number {
  scratch.setFloat64(0, value);
  return scratch.getUint32(0);
}
