import { at } from "@chisel-ts/core";
import { INTEGER_WEIGHTS, type WeightFormat } from "../model/index.ts";

/** How well a format holds weights, relative to each. */
export interface Precision {
  readonly rel_rms: number;
  readonly rel_max: number;
}

/** Octaves below a format's largest weight: INT8 has no more. */
export const octaves = 7;

const points = 65_536;

/**
 * The relative error of the nearest weight of a format, root mean square and maximum, over points spaced
 * evenly by their logarithm in the seven octaves below the largest weight. The floating formats have the
 * same in every octave; INT8's doubles with each. Doubles: W is an integer below 2^32.
 *
 * @example
 * console.log(precisionOf("rf8").rel_rms < precisionOf("int8").rel_rms); // true
 */
export function precisionOf(format: WeightFormat): Precision {
  const magnitudes = [...new Set(INTEGER_WEIGHTS[format].map(Math.abs))]
    .filter((magnitude) => !Number.isNaN(magnitude))
    .sort((a, b) => a - b);
  const largest = at(magnitudes, magnitudes.length - 1);
  let [index, squares, maximum] = [0, 0, 0];
  for (let point = 0; point < points; point++) {
    const value = largest * 2 ** (octaves * ((point + 0.5) / points - 1));
    while ((magnitudes[index + 1] ?? Number.POSITIVE_INFINITY) <= value) index += 1;
    const [below = 0, above = largest] = [magnitudes[index], magnitudes[index + 1]];
    const error = Math.min(value - below, above - value) / value;
    squares += error * error;
    maximum = Math.max(maximum, error);
  }
  return { rel_rms: Math.sqrt(squares / points), rel_max: maximum };
}
