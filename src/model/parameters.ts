import { largestWeight, type WeightFormat } from "./weight.ts";

/** Everything that configures a circuit; each reference uses its own part. */
export interface ModelParameters {
  /** What the weight codes stand for. */
  readonly format: WeightFormat;
  /** Type of the activations: two's complement of X = 8 or 16 bits, or E4M3 codes. */
  readonly activation: "int8" | "int16" | "e4m3";
  /** "exact": the width that cannot overflow within `terms` products; otherwise N in bits. */
  readonly accumulator: "exact" | number;
  /** K, the most products between two clears; sets the width of an exact accumulator only. */
  readonly terms: number;
  /** What a sum that does not fit N bits becomes. */
  readonly overflow: "wrap" | "saturate";
  /** Register stages between the operands and the accumulator, 0 to 3. */
  readonly pipeline: number;
  /** Products that are added in one cycle. */
  readonly lanes: number;
  /** R, rows of an array: the terms of each of its sums. */
  readonly rows: number;
  /** C, columns of an array: its sums. */
  readonly columns: number;
}

/** X: the activation's width in bits. */
export function activationWidth({ activation }: Pick<ModelParameters, "activation">): number {
  return activation === "int16" ? 16 : 8;
}

/** The maximum |W·x|, of the maximum |W| and x = −2^(X−1), or two of the largest E4M3 codes. */
function largestProduct(parameters: Pick<ModelParameters, "format" | "activation">): bigint {
  const weight = BigInt(largestWeight(parameters.format));
  return parameters.activation === "e4m3"
    ? weight * BigInt(largestWeight("e4m3"))
    : weight << BigInt(activationWidth(parameters) - 1);
}

/** The minimum width in bits of a two's complement that holds `largest` > 0 and its negative. */
function widthOf(largest: bigint): number {
  let width = 1;
  while ((1n << BigInt(width - 1)) - 1n < largest) width++;
  return width;
}

/** Width in bits of the sum of `count` signed products; 20 + X for one of RF8. */
export function productWidth(
  parameters: Pick<ModelParameters, "format" | "activation">,
  count = 1,
): number {
  return widthOf(largestProduct(parameters) * BigInt(count));
}

/**
 * N: the accumulator's width in bits, as asked or, for "exact", the minimum that holds K of the largest
 * products; bigint keeps it exact for every K.
 *
 * @throws RangeError when N or K is not a positive integer.
 */
export function accumulatorWidth(
  parameters: Pick<ModelParameters, "format" | "activation" | "accumulator" | "terms">,
): number {
  const { accumulator, terms } = parameters;
  if (accumulator !== "exact") return positiveInteger("accumulator", accumulator);
  return widthOf(largestProduct(parameters) * BigInt(positiveInteger("terms", terms)));
}

/** @throws RangeError when `pipeline` is not 0, 1, 2 or 3. */
export function pipelineStages({ pipeline }: Pick<ModelParameters, "pipeline">): number {
  if (![0, 1, 2, 3].includes(pipeline)) {
    throw new RangeError(`parameter pipeline: ${pipeline} is not one of 0, 1, 2, 3`);
  }
  return pipeline;
}

/** R and C. @throws RangeError when one is not a positive integer. */
export function arrayShape({ rows, columns }: Pick<ModelParameters, "rows" | "columns">): {
  readonly rows: number;
  readonly columns: number;
} {
  return { rows: positiveInteger("rows", rows), columns: positiveInteger("columns", columns) };
}

function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`parameter ${name}: ${value} is not a positive integer`);
  }
  return value;
}
