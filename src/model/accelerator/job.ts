import { isNaNCode } from "../integer-value.ts";
import { activationWidth, type ModelParameters } from "../parameters.ts";
import { INTEGER_WEIGHTS } from "../weight.ts";

/** What configures an accelerator: `terms` is the capacity of its activation buffer. */
export type AcceleratorModel = Pick<ModelParameters, "lanes" | "rows" | "terms" | "pipeline"> & {
  readonly activation: "int8" | "int16";
  /** Bits of a packed weight, 4 to 7; 8, or nothing, where all weights are bytes. */
  readonly bits?: number;
  /** `stream`, or nothing: a packed job brings its palette. Otherwise the palette is in the hardware. */
  readonly palette?: string;
};

/** What makes an activation of a row's sum: (sum + bias) · (1 + ρ(residual)) · 2^−shift. */
export interface RowScale {
  /** 48 bits, signed: exact in a double. */
  readonly bias: number;
  /** 0 to 63. */
  readonly shift: number;
  /** 0 to 7, as in a weight code. */
  readonly residual: number;
}

/** A matrix and a vector for the accelerator. */
export interface AcceleratorJob {
  /** RF8 codes, row by row. */
  readonly weights: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  /** Where weights are packed: the positive RF8 codes among them, at most 2^(bits − 1) − 1, in ascending order. */
  readonly palette?: readonly number[];
  /** Signed integers of the activation's width. */
  readonly activations: ArrayLike<number>;
  /** One a row; results are sums where it is absent. */
  readonly scales?: readonly RowScale[];
  readonly relu: boolean;
}

export interface AcceleratorResults {
  /** One a row; a sum of up to 64 bits is exact in a double below 2^53, and refused beyond. */
  readonly values: Float64Array;
  /** A NaN code was among the weights. */
  readonly invalid: boolean;
  readonly saturated: boolean;
}

/** 1 + ρ in sixteenths, by residual code. */
export const SIXTEENTHS = [12, 14, 15, 16, 17, 18, 20, 24] as const;

/**
 * What the accelerator's results are, from the definitions: exact integers, rounded once to nearest even.
 *
 * @throws RangeError for a job that does not fit the buffer, or whose arrays have other lengths.
 *
 * @example
 * const hardware = { activation: "int8", lanes: 2, rows: 2, terms: 16, pipeline: 0 };
 * const matrix = { weights: Uint8Array.from([1, -2, 1.5], (w) => encode(w, 0, "nearest")), rows: 1, columns: 3, relu: false };
 * const { values } = acceleratorResults(hardware, { ...matrix, activations: [10, 3, 4] });
 * console.log(values[0] / 16); // 10
 */
export function acceleratorResults(
  accelerator: AcceleratorModel,
  job: AcceleratorJob,
): AcceleratorResults {
  checkJob(accelerator, job);
  const { weights, rows, columns, activations, scales, relu } = job;
  const values = new Float64Array(rows);
  let [invalid, saturated] = [false, false];
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const code = weights[row * columns + column] as number;
      if (isNaNCode(code)) invalid = true;
      // |W·x| < 2^35 and at most 2^17 of them stay below 2^53.
      else sum += (INTEGER_WEIGHTS.rf8[code] as number) * (activations[column] as number);
    }
    const scale = scales?.[row];
    if (scale) {
      const result = requantized(sum, scale, activationWidth(accelerator), relu);
      values[row] = result.value;
      saturated ||= result.saturated;
    } else values[row] = sum;
  }
  return { values, invalid, saturated };
}

/** (sum + bias) · (1 + ρ) · 2^−shift to the nearest integer, ties to even, within `bits`; in bigints. */
export function requantized(
  sum: number,
  { bias, shift, residual }: RowScale,
  bits: number,
  relu: boolean,
): { readonly value: number; readonly saturated: boolean } {
  const exact = (BigInt(sum) + BigInt(bias)) * BigInt(SIXTEENTHS[residual] as number);
  const unit = 1n << BigInt(shift + 4);
  const floor = exact >> BigInt(shift + 4);
  const twice = 2n * (exact - floor * unit);
  const up = twice > unit || (twice === unit && floor % 2n !== 0n);
  const rounded = up ? floor + 1n : floor;
  if (relu && rounded < 0n) return { value: 0, saturated: false };
  const maximum = (1n << BigInt(bits - 1)) - 1n;
  const minimum = -maximum - 1n;
  const kept = rounded > maximum ? maximum : rounded < minimum ? minimum : rounded;
  return { value: Number(kept), saturated: kept !== rounded };
}

/** @throws RangeError naming what does not fit. */
export function checkJob({ terms, lanes }: AcceleratorModel, job: AcceleratorJob): void {
  const { weights, rows, columns, activations, scales } = job;
  const capacity = Math.ceil(terms / lanes) * lanes;
  if (!(rows > 0 && columns > 0 && columns <= capacity))
    throw new RangeError(
      `a job of ${rows} × ${columns}: at least one row, and 1 to ${capacity} columns, are needed`,
    );
  if (weights.length !== rows * columns || activations.length !== columns)
    throw new RangeError(
      `${weights.length} weights and ${activations.length} activations are not ${rows} × ${columns}`,
    );
  if (scales && scales.length !== rows)
    throw new RangeError(`${scales.length} scales for ${rows} rows`);
}
