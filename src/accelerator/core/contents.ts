import type { RowFactors } from "../../model/core/index.ts";
import type { Contents } from "./layout.ts";
import type { CoreMatrix } from "./matrix.ts";

/** Rows of codes, each filled with zeros to the stride. */
export function* codeRows({ codes, rows, columns }: CoreMatrix, stride: number): Contents {
  for (let row = 0; row < rows; row++) {
    const bytes = new Uint8Array(stride);
    bytes.set(codes.subarray(row * columns, (row + 1) * columns));
    yield bytes;
  }
}

/** Rows of numbers of 16 bits, little-endian, each filled with zeros to the stride. */
export function* shorts(values: Int32Array, length: number, stride: number): Contents {
  for (let start = 0; start < values.length; start += length) {
    const bytes = new Uint8Array(stride);
    const view = new DataView(bytes.buffer);
    values.subarray(start, start + length).forEach((value, i) => {
      view.setInt16(2 * i, value, true);
    });
    yield bytes;
  }
}

/** Bytes of a row's factor. */
export const FACTOR_BYTES = 4;

/** Of each row the mantissa, 16 bits, the shift, 8 bits, and a byte of 0. */
export function* rowFactors({ mantissas, shifts }: RowFactors): Contents {
  const bytes = new Uint8Array(FACTOR_BYTES * mantissas.length);
  const view = new DataView(bytes.buffer);
  mantissas.forEach((mantissa, row) => {
    view.setUint16(FACTOR_BYTES * row, mantissa, true);
    view.setUint8(FACTOR_BYTES * row + 2, shifts[row] as number);
  });
  yield bytes;
}
