/**
 * RF8 written a second time, from docs/format.md, in integers of unlimited size: every number is an
 * integer times 2^-SCALE. Nothing here comes from src/.
 */

/** Enough for every float64: the smallest subnormal is 2^-1074. */
const SCALE = 1100;

/** value * 2^SCALE. Doubling is exact until the number is an integer. */
export function exact(value: number): bigint {
  let integer = value;
  let doublings = 0;
  for (; !Number.isInteger(integer); doublings++) integer *= 2;
  return BigInt(integer) << BigInt(SCALE - doublings);
}

/** 16 * (1 + rho(d)), rho(d) = sgn(d) * 2^(|d| - 5). */
function sixteenths(d: number): bigint {
  if (d === 0) return 16n;
  const rho = 1n << BigInt(Math.abs(d) - 1);
  return d > 0 ? 16n + rho : 16n - rho;
}

/** The magnitude of a finite code * 2^SCALE. */
export function exactMagnitude(code: number, bias: number): bigint {
  if ((code & 0x7f) === 0) return 0n;
  const exponent = (code >> 3) & 15;
  return sixteenths((code & 7) - 3) << BigInt(SCALE - 4 + exponent - bias);
}

interface Level {
  readonly code: number;
  readonly magnitude: bigint;
}

const levelsOfBias = new Map<number, readonly Level[]>();

/** The distinct magnitudes; of two codes for one magnitude the one with r = 7. */
export function levels(bias: number): readonly Level[] {
  let found = levelsOfBias.get(bias);
  if (found === undefined) {
    const byMagnitude = new Map<bigint, number>();
    for (let code = 127; code >= 0; code--) byMagnitude.set(exactMagnitude(code, bias), code);
    found = [...byMagnitude].map(([magnitude, code]) => ({ code, magnitude }));
    levelsOfBias.set(bias, found);
  }
  return found;
}

const abs = (n: bigint) => (n < 0n ? -n : n);

const withSign = (value: number, code: number) => (value < 0 && code !== 0 ? code + 128 : code);

/** The nearest of all magnitudes by trying every one; of two equally near the larger. */
export function nearestWitness(value: number, bias: number): number {
  const magnitude = abs(exact(value));
  let best: Level | undefined;
  let least = 0n;
  for (const level of levels(bias)) {
    const distance = abs(magnitude - level.magnitude);
    const nearer = best === undefined || distance < least;
    if (nearer || (distance === least && level.magnitude > (best as Level).magnitude)) {
      best = level;
      least = distance;
    }
  }
  return withSign(value, (best as Level).code);
}

/** The power of two p with p / sqrt(2) < n < p * sqrt(2). */
function nearestPowerOfTwo(n: bigint): bigint {
  let p = 1n << BigInt(n.toString(16).length * 4 - 4);
  while (n * n > 2n * p * p) p *= 2n;
  while (2n * n * n < p * p) p /= 2n;
  return p;
}

/** w ~ 2^e1 +- 2^e2, the second term only where e1 - e2 <= 4; nearest if RF8 lacks the value. */
export function paperWitness(value: number, bias: number): number {
  const magnitude = abs(exact(value));
  if (magnitude === 0n) return 0;
  const first = nearestPowerOfTwo(magnitude);
  const residual = magnitude - first;
  let sum = first;
  if (residual !== 0n) {
    const second = nearestPowerOfTwo(abs(residual));
    if (second * 16n >= first) sum += residual > 0n ? second : -second;
  }
  const level = levels(bias).find((candidate) => candidate.magnitude === sum);
  return level === undefined ? nearestWitness(value, bias) : withSign(value, level.code);
}

export const witnesses = { nearest: nearestWitness, paper: paperWitness } as const;

/** The float32 and float64 of given bits. */
const view = new DataView(new ArrayBuffer(8));
export function float32OfBits(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}
export function float64OfBits(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
export function bitsOfFloat64(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
export function bitsOfFloat32(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}
