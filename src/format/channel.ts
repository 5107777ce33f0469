import { assertBias } from "./code.ts";

/**
 * One bias per output channel (axis 0). A channel is `rowLength` consecutive elements: the product
 * of the other axes of the tensor.
 */
export interface ChannelBias {
  readonly biases: ArrayLike<number>;
  readonly rowLength: number;
}

/** One bias for the whole tensor, or one per output channel. */
export type Bias = number | ChannelBias;

/** Elements start..end (indices into the array given) that lie in one channel. */
export type Run = (start: number, end: number, channel: number) => void;

/**
 * Cuts an array of `length` elements, the first of which is element `firstIndex` of its tensor,
 * where channels begin. With an infinite row length the whole tensor is channel 0.
 */
export function eachRun(length: number, firstIndex: number, rowLength: number, run: Run): void {
  if (!(rowLength >= 1)) throw new RangeError(`row length ${rowLength}: at least 1 is needed`);
  for (let start = 0; start < length; ) {
    const channel = Math.floor((firstIndex + start) / rowLength);
    const end = Math.min(length, (channel + 1) * rowLength - firstIndex);
    run(start, end, channel);
    start = end;
  }
}

export function rowLengthOf(bias: Bias): number {
  return typeof bias === "number" ? Number.POSITIVE_INFINITY : bias.rowLength;
}

/** @throws RangeError for an invalid bias, or a channel that has none */
export function biasOf(bias: Bias, channel: number): number {
  const value = typeof bias === "number" ? bias : bias.biases[channel];
  if (value === undefined)
    throw new RangeError(`channel ${channel} has no bias: one is needed per output channel`);
  assertBias(value);
  return value;
}
