import { kernel, LANES } from "./simd-kernel.ts";

type Multiply = (
  weights: number,
  input: number,
  output: number,
  rows: number,
  columns: number,
) => void;

const memory = new WebAssembly.Memory({ initial: 1 });
const { multiply } = new WebAssembly.Instance(new WebAssembly.Module(kernel), { env: { memory } })
  .exports as unknown as { readonly multiply: Multiply };

const PAGE = 65_536;
/** Weights in the kernel's memory at a time: 1 MB of them stay in a core's cache, and two rows at least. */
const TILE = 2 ** 18;

/**
 * output = W · input for several vectors, in SIMD: terms exact, sums in float64, results rounded to float32.
 *
 * @param matrix row by row
 * @param input one vector after the other
 */
export function multiplyTogether(
  matrix: Float32Array,
  input: Float32Array,
  output: Float32Array,
  vectors: number,
): void {
  const [columns, rows] = [input.length / vectors, output.length / vectors];
  const tileRows = Math.max(2, Math.floor(TILE / columns / 2) * 2);
  const blocks = Math.ceil(vectors / LANES);
  const inputPlace = 4 * tileRows * columns;
  const outputPlace = inputPlace + 8 * LANES * columns * blocks;
  const needed = outputPlace + 8 * LANES * tileRows - memory.buffer.byteLength;
  if (needed > 0) memory.grow(Math.ceil(needed / PAGE));
  const weights = new Float32Array(memory.buffer, 0, tileRows * columns);
  const inputs = new Float64Array(memory.buffer, inputPlace, LANES * columns * blocks);
  const outputs = new Float64Array(memory.buffer, outputPlace, LANES * tileRows);
  interleave(input, columns, vectors, inputs);
  for (let first = 0; first < rows; first += tileRows) {
    const count = Math.min(tileRows, rows - first);
    weights.set(matrix.subarray(first * columns, (first + count) * columns));
    for (let block = 0; block < blocks; block++) {
      // An odd last row has whatever is left beside it, and its sums are not read.
      const place = inputPlace + 8 * LANES * columns * block;
      multiply(0, place, outputPlace, count + (count % 2), columns);
      const end = Math.min(vectors, (block + 1) * LANES);
      for (let vector = block * LANES; vector < end; vector++)
        for (let row = 0; row < count; row++)
          output[vector * rows + first + row] = outputs[row * LANES + (vector % LANES)] as number;
    }
  }
}

/** Eight vectors side by side, column by column; zeros where the last eight are fewer. */
function interleave(
  input: Float32Array,
  columns: number,
  vectors: number,
  output: Float64Array,
): void {
  output.fill(0);
  for (let vector = 0; vector < vectors; vector++) {
    const start = Math.floor(vector / LANES) * LANES * columns + (vector % LANES);
    for (let column = 0; column < columns; column++)
      output[start + column * LANES] = input[vector * columns + column] as number;
  }
}
