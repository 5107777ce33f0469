/** Columns and the records of the harness's protocol: a record is one element of every port in turn. */

export const recordBytes = (sizes: readonly number[]): number =>
  sizes.reduce((total, size) => total + size, 0);

/** One run of records inside columns: which cycles, and where the records start in their buffer. */
export interface Run {
  readonly first: number;
  readonly count: number;
  readonly offset: number;
}

/** Visits every byte of a run: its place in its column, and in the records. */
function eachByte(
  sizes: readonly number[],
  { first, count, offset }: Run,
  visit: (column: number, columnByte: number, recordByte: number) => void,
): void {
  const record = recordBytes(sizes);
  let start = offset;
  sizes.forEach((size, column) => {
    for (let byte = 0; byte < size; byte++) {
      for (let i = 0; i < count; i++) {
        visit(column, (first + i) * size + byte, start + byte + i * record);
      }
    }
    start += size;
  });
}

/** Copies elements of columns into records. */
export function pack(
  columns: readonly Uint8Array[],
  sizes: readonly number[],
  run: Run,
  records: Uint8Array,
): void {
  eachByte(sizes, run, (column, from, to) => {
    records[to] = columns[column]?.[from] ?? 0;
  });
}

/** Copies records into elements of columns. */
export function unpack(
  records: Uint8Array,
  sizes: readonly number[],
  run: Run,
  columns: readonly Uint8Array[],
): void {
  eachByte(sizes, run, (column, to, from) => {
    const target = columns[column];
    if (target) target[to] = records[from] ?? 0;
  });
}

/** A bit pattern as `size` bytes, little-endian. */
export const toBytes = (bits: bigint, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));

export const fromBytes = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
