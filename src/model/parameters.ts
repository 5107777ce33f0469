import { MAX_INTEGER_VALUE } from "./integer-value.ts";

/** Everything that configures an RF8 circuit; each reference uses its own part. */
export interface ModelParameters {
  /** Type of the activations: two's complement of X = 8 or 16 bits. */
  readonly activation: "int8" | "int16";
  /** "exact": the width that cannot overflow within `terms` products; otherwise N in bits. */
  readonly accumulator: "exact" | number;
  /** K, the most products between two clears; sets the width of an exact accumulator only. */
  readonly terms: number;
  /** What a sum that does not fit N bits becomes. */
  readonly overflow: "wrap" | "saturate";
  /** Register stages between the operands and the accumulator, 0 to 3. */
  readonly pipeline: number;
  /** R, rows of an array: the terms of each of its sums. */
  readonly rows: number;
  /** C, columns of an array: its sums. */
  readonly columns: number;
}

/** X: the activation's width in bits. */
export function activationWidth({ activation }: Pick<ModelParameters, "activation">): number {
  return activation === "int8" ? 8 : 16;
}

/** Width in bits of a signed product: |W·x| ≤ 1.5·2^19 · 2^(X−1) < 2^(19+X). */
export function productWidth(parameters: Pick<ModelParameters, "activation">): number {
  return 20 + activationWidth(parameters);
}

/**
 * N: the accumulator's width in bits, as asked or, for "exact",
 * 1 + ceil(log2(786432 · 2^(X−1) · K)); bigint keeps the logarithm exact for every K.
 *
 * @throws RangeError when N or K is not a positive integer.
 */
export function accumulatorWidth(
  parameters: Pick<ModelParameters, "activation" | "accumulator" | "terms">,
): number {
  const { accumulator, terms } = parameters;
  if (accumulator !== "exact") return positiveInteger("accumulator", accumulator);
  const largestProduct = BigInt(MAX_INTEGER_VALUE) << BigInt(activationWidth(parameters) - 1);
  const largestSum = largestProduct * BigInt(positiveInteger("terms", terms));
  // ceil(log2(n)) is the bit length of n - 1.
  return 1 + (largestSum - 1n).toString(2).length;
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
