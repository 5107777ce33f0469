import { type Mantissas, type RowFactors, rowSums } from "../../model/core/index.ts";
import { isNaNCode } from "../../model/index.ts";
import { allocated } from "./allocate.ts";
import { type Descriptor, FACTOR_BYTES, factorBytes, flags } from "./descriptor.ts";
import { CoreError } from "./error.ts";

/** The memory of a machine: rows of codes, factors, the cache. Every address is checked before it is used, every code for NaN. */
export class CodeMemory {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** @throws CoreError when the machine does not have so many bytes. */
  constructor(image: Uint8Array, bytes: number) {
    this.#bytes = allocated(bytes, "memory", (length) => new Uint8Array(length));
    this.#bytes.set(image);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The address of so many bytes. @throws CoreError for one that is outside. */
  address(address: number, length: number): number {
    if (address + length > this.#bytes.length)
      throw new CoreError(
        `bytes ${address} to ${address + length - 1}; the memory has ${this.#bytes.length}`,
      );
    return address;
  }

  /** Signed 16-bit numbers, least significant byte first. */
  integers(address: number, length: number): Int32Array {
    const start = this.address(address, 2 * length);
    return Int32Array.from({ length }, (_, i) => this.#view.getInt16(start + 2 * i, true));
  }

  /** Sums of rows in memory, over both terms where there are two. */
  sums(given: Descriptor, rows: number, columns: number, input: Mantissas): Float64Array {
    const { address, stride, termStride } = given;
    const matrix = { codes: this.#bytes, rows, columns, stride };
    const term = (start: number): Float64Array => {
      this.address(start, rows === 0 ? 0 : (rows - 1) * stride + columns);
      const sums = rowSums({ ...matrix, start }, input);
      const row = sums.findIndex(Number.isNaN);
      if (row >= 0) this.refuseNaN(row, start + row * stride, columns);
      return sums;
    };
    const first = term(address);
    if (!(given.flags & flags.twoTerms)) return first;
    const second = term(address + termStride);
    return first.map((sum, row) => sum + (second[row] as number));
  }

  /** @param start of the row */
  refuseNaN(row: number, start: number, columns: number): void {
    const column = this.#bytes.subarray(start, start + columns).findIndex(isNaNCode);
    if (column >= 0)
      throw new CoreError(
        `row ${row}, column ${column}: the code is NaN (0x80), byte ${start + column}`,
      );
  }

  /** The factors that end rows, where a descriptor has any. @throws CoreError for one that is none */
  factors(given: Descriptor, first: number, rows: number): RowFactors | undefined {
    if (factorBytes(given) === 0) return undefined;
    const { address, stride, columns } = given;
    if (stride < columns + FACTOR_BYTES)
      throw new CoreError(`rows of ${stride} bytes; ${columns} codes and a factor are more`);
    // Before as many rows are believed.
    const start = this.address(address + first * stride, rows * stride);
    const mantissas = new Uint16Array(rows);
    const shifts = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      const place = start + (row + 1) * stride - FACTOR_BYTES;
      mantissas[row] = this.#view.getUint16(place, true);
      const shift = this.#view.getUint16(place + 2, true);
      if (shift > 31)
        throw new CoreError(`row ${first + row}: its factor is shifted by ${shift}, more than 31`);
      shifts[row] = shift;
    }
    return { mantissas, shifts };
  }
}
