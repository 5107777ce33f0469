import { type Model, tensorOf } from "./model.ts";
import { multiplyTogether } from "./simd.ts";

/**
 * Every product of a matrix and a vector in a forward pass. Floats, quantized inputs and simulated hardware
 * implement it; norms, rotary embeddings, softmax, activation functions and sums stay with the caller.
 */
export interface LinearLayers {
  /**
   * output = W · input, for one vector or several.
   *
   * @param name of the matrix W, shape [outputs, inputs]
   * @param input of each vector `inputs` elements, one vector after the other; not kept, not changed
   * @param output of each vector `outputs` elements; written whole
   * @param vectors how many there are; 1 where it is absent
   */
  apply(name: string, input: Float32Array, output: Float32Array, vectors?: number): void;
}

/**
 * Each of several vectors by itself, for layers that take one at a time.
 *
 * @example
 * const output = new Float32Array(2);
 * eachVector(Float32Array.of(1, 2, 3, 4), output, 2, ([a, b], y) => y.set([a + b]));
 * console.log(output.join()); // 3,7
 */
export function eachVector(
  input: Float32Array,
  output: Float32Array,
  vectors: number,
  apply: (input: Float32Array, output: Float32Array) => void,
): void {
  const [inputs, outputs] = [input.length / vectors, output.length / vectors];
  for (let v = 0; v < vectors; v++)
    apply(
      input.subarray(v * inputs, (v + 1) * inputs),
      output.subarray(v * outputs, (v + 1) * outputs),
    );
}

/**
 * The products in floating point: exact terms, sums in float64, results rounded to float32.
 *
 * @example
 * const layers = floatLayers({ tensors: new Map([["w", { shape: [1, 2], values: Float32Array.of(1, -2) }]]) });
 * const output = new Float32Array(1);
 * layers.apply("w", Float32Array.of(3, 1), output);
 * console.log(output[0]); // 1
 */
export const floatLayers = (model: Pick<Model, "tensors">): LinearLayers => ({
  apply(name, input, output, vectors = 1) {
    multiply(tensorOf(model, name).values, input, output, vectors);
  },
});

/** So few vectors are faster one by one. */
const FEW = 4;

function multiply(
  matrix: Float32Array,
  input: Float32Array,
  output: Float32Array,
  vectors: number,
): void {
  if (vectors >= FEW) multiplyTogether(matrix, input, output, vectors);
  else eachVector(input, output, vectors, (x, y) => multiplyOne(matrix, x, y));
}

/** Four sums at a time: one alone waits for each addition. */
function multiplyOne(matrix: Float32Array, input: Float32Array, output: Float32Array): void {
  const columns = input.length;
  const whole = columns - (columns % 4);
  for (let row = 0; row < output.length; row++) {
    const start = row * columns;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
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
