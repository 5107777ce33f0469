import { type Model, tensorOf } from "./model.ts";

/**
 * Every product of a matrix and a vector in a forward pass. Floats, quantized inputs and simulated hardware
 * implement it; norms, rotary embeddings, softmax, activation functions and sums stay with the caller.
 */
export interface LinearLayers {
  /**
   * output = W · input.
   *
   * @param name of the matrix W, shape [outputs, inputs]
   * @param input `inputs` long; not kept, not changed
   * @param output `outputs` long; written whole
   */
  apply(name: string, input: Float32Array, output: Float32Array): void;
}

/** The products in floating point: exact terms, sums in float64, results rounded to float32. */
export const floatLayers = (model: Pick<Model, "tensors">): LinearLayers => ({
  apply(name, input, output) {
    multiply(tensorOf(model, name).values, input, output);
  },
});

/** Four sums at a time: one alone waits for each addition. */
function multiply(matrix: Float32Array, input: Float32Array, output: Float32Array): void {
  const columns = input.length;
  const whole = columns - (columns % 4);
  for (let row = 0; row < output.length; row++) {
    const start = row * columns;
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = 0;
    for (; i < whole; i += 4) {
      a += (matrix[start + i] as number) * (input[i] as number);
      b += (matrix[start + i + 1] as number) * (input[i + 1] as number);
      c += (matrix[start + i + 2] as number) * (input[i + 2] as number);
      d += (matrix[start + i + 3] as number) * (input[i + 3] as number);
    }
    for (; i < columns; i++) a += (matrix[start + i] as number) * (input[i] as number);
    output[row] = a + b + (c + d);
  }
}
