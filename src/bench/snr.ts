import { maxBias } from "../format/index.ts";
import { sample } from "../gg/index.ts";
import { Grid, type Levels, nearestInPalette } from "../quantize/index.ts";
import { otherFormats } from "../quantize/other-formats.ts";

/** Signal to quantization noise of generalized Gaussian weights, in dB, one scale for all of them. Keys are those of the JSON. */
export interface SnrRow {
  /** Shape: 2 is Gaussian, 1 Laplacian, less has heavier tails. */
  readonly nu: number;
  readonly rf8: number;
  /** In the best palette of so many bits. */
  readonly rf8_6: number;
  readonly rf8_5: number;
  readonly rf8_4: number;
  readonly e4m3: number;
  readonly int8: number;
}

const SHAPES = [2, 1.5, 1, 0.7, 0.5];
const COUNT = 2 ** 20;

/** @param count weights of each shape, the largest on the largest number of the format; RF8 at its max bias */
export function benchSnr(
  onStep: (done: number, total: number) => void = () => {},
  count = COUNT,
): SnrRow[] {
  return SHAPES.map((nu, i) => {
    const weights = sample({ nu, alpha: 1 }, count, i + 1);
    const maximum = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const on = (levels: Levels, unit: number) =>
      snrOf(weights, (w) => levels.nearest(w / unit) * unit);
    const scaled = (levels: Levels) => on(levels, maximum / levels.maximum);
    const palette = (bits: number) => {
      const values = nearestInPalette(weights, bits);
      return snrOf(weights, (_, k) => values[k] as number);
    };
    const row = {
      nu,
      rf8: on(new Grid(), 2 ** (-maxBias(maximum) - 4)),
      rf8_6: palette(6),
      rf8_5: palette(5),
      rf8_4: palette(4),
      e4m3: scaled(otherFormats.E4M3.levels),
      int8: scaled(otherFormats.INT8.levels),
    };
    onStep(i + 1, SHAPES.length);
    return row;
  });
}

function snrOf(weights: Float32Array, quantized: (weight: number, k: number) => number): number {
  let [signal, noise] = [0, 0];
  weights.forEach((w, k) => {
    signal += w * w;
    noise += (w - quantized(w, k)) ** 2;
  });
  return 10 * Math.log10(signal / noise);
}
