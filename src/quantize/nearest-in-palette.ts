import { maxBias } from "../format/index.ts";
import { Grid } from "./grid.ts";
import { paletteSize } from "./matrix-palette.ts";
import { PaletteSums } from "./palette.ts";

/**
 * A matrix in RF8 of fewer bits, without row scales and calibration: each weight's nearest value of the best palette for all of them, at the
 * tensor's max bias. What it gives is its own nearest.
 *
 * @param bits of an index, 4 to 7
 */
export function nearestInPalette(values: Float32Array, bits: number): Float32Array {
  const unit = 2 ** (-maxBias(values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)) - 4);
  const sums = new PaletteSums();
  for (const value of values) sums.add(Math.abs(value) / unit, 1);
  const grid = new Grid(sums.best(paletteSize(bits)));
  return values.map((value) => grid.nearest(value / unit) * unit);
}
