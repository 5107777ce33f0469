import { type Fp8Layout, fp8Value } from "../../model/fp8.ts";

/** The magnitudes of a layout in the order of their codes, 0 to the largest finite one. */
export const magnitudes = (layout: Fp8Layout): Float64Array =>
  Float64Array.from({ length: 128 }, (_, code) => fp8Value(code, layout)).filter(Number.isFinite);

/** The nearest of ascending magnitudes, ties to the even code, as IEEE 754 rounds; saturating. */
export function nearestMagnitude(value: number, sorted: Float64Array): number {
  let [low, high] = [0, sorted.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle;
    else high = middle;
  }
  const [below, above] = [sorted[low] as number, sorted[high] as number];
  const nearer = value - below - (above - value);
  return nearer < 0 || (nearer === 0 && low % 2 === 0) ? below : above;
}
