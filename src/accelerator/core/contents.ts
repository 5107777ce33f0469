import { at } from "@chisel-ts/core";
import { FACTOR_BYTES } from "./descriptor.ts";
import type { Contents } from "./layout.ts";
import type { CoreMatrix } from "./matrix.ts";

/** Rows of codes, each filled with zeros to the stride, at whose end is the factor of the row where rows have any. */
export function* codeRows({ codes, rows, columns, factors }: CoreMatrix, stride: number): Contents {
  for (let row = 0; row < rows; row++) {
    const bytes = new Uint8Array(stride);
    bytes.set(codes.subarray(row * columns, (row + 1) * columns));
    if (factors) {
      const view = new DataView(bytes.buffer, stride - FACTOR_BYTES);
      view.setUint16(0, at(factors.mantissas, row), true);
      view.setUint8(2, at(factors.shifts, row));
    }
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
