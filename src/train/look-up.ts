import type { Windows } from "./batches.ts";

/**
 * How tokens become the vectors that a network begins with. That is no product with one-hot vectors: values are gathered, and slopes
 * are added where the values came from.
 */
export interface LookUp {
  /** The tensor whose values are looked up. */
  readonly tensor: string;
  /** Elements of a vector. */
  readonly width: number;
  /** The vectors of all windows, one after the other. */
  gather(values: Float32Array, windows: Windows): Float32Array<ArrayBuffer>;
  /** Adds to the gradient of the tensor what the slopes of the vectors are. */
  scatter(slopes: ArrayLike<number>, windows: Windows, gradient: Float32Array): void;
}

/** A row of an embedding for every token of a window but the last. */
export const rowsOf = (tensor: string, width: number): LookUp => ({
  tensor,
  width,
  gather(values, windows) {
    const read = readTokens(windows);
    const vectors = new Float32Array(read.length * width);
    read.forEach((token, i) => {
      vectors.set(values.subarray(token * width, (token + 1) * width), i * width);
    });
    return vectors;
  },
  scatter(slopes, windows, gradient) {
    readTokens(windows).forEach((token, i) => {
      for (let k = 0; k < width; k++)
        gradient[token * width + k] =
          (gradient[token * width + k] as number) + (slopes[i * width + k] as number);
    });
  },
});

/** Of a matrix that would be multiplied by the one-hot vectors of a window's tokens: the sum of the columns that it has for them. */
export const columnsOf = (tensor: string, width: number, vocabulary: number): LookUp => ({
  tensor,
  width,
  gather(values, windows) {
    const vectors = new Float32Array((windows.tokens.length / windows.length) * width);
    eachColumn(windows, vocabulary, (window, column, columns) => {
      for (let k = 0; k < width; k++)
        vectors[window * width + k] =
          (vectors[window * width + k] as number) + (values[k * columns + column] as number);
    });
    return vectors;
  },
  scatter(slopes, windows, gradient) {
    eachColumn(windows, vocabulary, (window, column, columns) => {
      for (let k = 0; k < width; k++)
        gradient[k * columns + column] =
          (gradient[k * columns + column] as number) + (slopes[window * width + k] as number);
    });
  },
});

/** All tokens but the last of each window, which is predicted alone. */
const readTokens = ({ tokens, length }: Windows): Int32Array =>
  tokens.filter((_, i) => i % length < length - 1);

function eachColumn(
  { tokens, length }: Windows,
  vocabulary: number,
  visit: (window: number, column: number, columns: number) => void,
): void {
  const columns = (length - 1) * vocabulary;
  tokens.forEach((token, i) => {
    const place = i % length;
    if (place < length - 1) visit(Math.floor(i / length), place * vocabulary + token, columns);
  });
}
