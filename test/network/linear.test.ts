import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/format/index.ts";
import { floatLayers } from "../../src/network/index.ts";

/** Sums in float64 in the order of the columns, rounded to float32. */
function plain(matrix: Float32Array, input: Float32Array, rows: number, columns: number) {
  return Float32Array.from({ length: (rows * input.length) / columns }, (_, i) => {
    const [vector, row] = [Math.floor(i / rows), i % rows];
    let sum = 0;
    for (let c = 0; c < columns; c++)
      sum += matrix[row * columns + c]! * input[vector * columns + c]!;
    return sum;
  });
}

const numbers = (length: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random.next() / 2 ** 28);
};

test("several vectors at once are one after the other, of any number, rows and columns", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 4, max: 27 }),
      fc.nat(1000),
      (rows, columns, vectors, seed) => {
        const values = numbers(rows * columns, seed);
        const input = numbers(vectors * columns, seed + 1);
        const layers = floatLayers({
          tensors: new Map([["w", { shape: [rows, columns], values }]]),
        });
        const output = new Float32Array(vectors * rows).fill(7);
        layers.apply("w", input, output, vectors);
        expect(output).toEqual(plain(values, input, rows, columns));
        const single = new Float32Array(rows);
        layers.apply("w", input.subarray(0, columns), single);
        single.forEach((sum, row) => {
          expect(Math.abs(sum - output[row]!)).toBeLessThan(1e-5);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test("matrices larger than the kernel's memory go through it in pieces", () => {
  const [rows, columns, vectors] = [1001, 777, 9];
  const [values, input] = [numbers(rows * columns, 1), numbers(vectors * columns, 2)];
  const layers = floatLayers({ tensors: new Map([["w", { shape: [rows, columns], values }]]) });
  const output = new Float32Array(vectors * rows);
  layers.apply("w", input, output, vectors);
  expect(output).toEqual(plain(values, input, rows, columns));
});
