/**
 * NaN or an infinity where a weight was expected. `index` counts from the first element of the
 * array given, or of the tensor once `within` has placed the array in one.
 *
 * @example
 * try {
 *   encodeArray({ dtype: "F32", data: Float32Array.of(1, Number.NaN) }, { bias: 0, rounding: "nearest" });
 * } catch (error) {
 *   console.log(error instanceof NonFiniteError && error.index); // 1
 * }
 */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";
  readonly index: number;
  /** NaN, Infinity or -Infinity. */
  readonly value: number;
  readonly tensor: string | undefined;

  constructor(index: number, value: number, tensor?: string) {
    const where = tensor === undefined ? `index ${index}` : `tensor "${tensor}", index ${index}`;
    const remedy = Number.isNaN(value)
      ? "weights must be finite (NaN can be encoded as 0x80 on request)"
      : "weights must be finite (RF8 has no infinities)";
    super(`${where} is ${value}: ${remedy}`);
    this.index = index;
    this.value = value;
    this.tensor = tensor;
  }

  /** The same error, naming the tensor and, for a chunk that starts at `offset`, the index in it. */
  within(tensor: string, offset = 0): NonFiniteError {
    return new NonFiniteError(offset + this.index, this.value, tensor);
  }
}
