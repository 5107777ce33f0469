/**
 * Entropy in bits per symbol of a histogram of counts: the length per weight that no lossless code
 * of independent symbols goes below. 0 for an empty histogram.
 *
 * @example
 * console.log(entropyBits([1, 1, 1, 1])); // 2
 */
export function entropyBits(histogram: ArrayLike<number>): number {
  const counts = Array.from(histogram).filter((count) => count > 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((bits, count) => bits + (count / total) * Math.log2(total / count), 0);
}

/**
 * Signal-to-quantization-noise ratio in dB from sums of squares, of the weights and of the errors.
 * Infinity where there is no error.
 *
 * @example
 * console.log(sqnrDb(100, 1)); // 20
 */
export function sqnrDb(signal: number, error: number): number {
  return error === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / error);
}
