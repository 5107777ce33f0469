import { ZERO_CODE } from "../format/index.ts";
import { CheckpointError } from "./error.ts";
import type { Packing, ReadAt, TensorInfo } from "./tensor.ts";

/** Bytes of a row of so many weights. */
export const packedBytes = (columns: number, bits: number): number =>
  Math.ceil((columns * bits) / 8);

const SIGN = 0x80;

/**
 * RF8 codes as indexes of a palette, `bits` bits each, least significant first; rows begin at bytes.
 *
 * @param codes canonical, rows of `columns` one after the other
 * @throws RangeError for a code whose magnitude the palette does not have; NaN is one of them.
 */
export function packRows(
  codes: Uint8Array,
  { bits, palette, columns }: Packing,
): Uint8Array<ArrayBuffer> {
  const indexes = new Map(palette.map((code, i) => [code, i + 1]));
  indexes.set(ZERO_CODE, 0);
  const rows = columns === 0 ? 0 : codes.length / columns;
  const stride = packedBytes(columns, bits);
  const bytes = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < columns; j++) {
      const code = codes[row * columns + j] as number;
      const index = code === SIGN ? undefined : indexes.get(code & ~SIGN);
      if (index === undefined)
        throw new RangeError(
          `index ${row * columns + j}: code 0x${code.toString(16)} is not in the palette`,
        );
      const symbol = index + (code & SIGN ? 2 ** (bits - 1) : 0);
      const at = j * bits;
      const byte = row * stride + (at >> 3);
      const shifted = symbol << (at & 7);
      bytes[byte] = (bytes[byte] as number) | (shifted & 0xff);
      if (shifted > 0xff) bytes[byte + 1] = shifted >> 8;
    }
  return bytes;
}

/**
 * The codes of whole packed rows.
 *
 * @param out `columns` codes for every `packedBytes` bytes
 * @returns the problem with the first bad row, where there is one: its number and what is wrong
 */
export function unpackRows(
  bytes: Uint8Array,
  { bits, palette, columns }: Packing,
  out: Uint8Array,
): { readonly row: number; readonly problem: string } | undefined {
  const stride = packedBytes(columns, bits);
  const half = 2 ** (bits - 1);
  const table = new Uint8Array(2 * half);
  palette.forEach((code, i) => {
    table[i + 1] = code;
    table[half + i + 1] = code | SIGN;
  });
  const rows = columns === 0 ? 0 : out.length / columns;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) {
      const at = j * bits;
      const byte = row * stride + (at >> 3);
      const pair = (bytes[byte] as number) | ((bytes.at(byte + 1) ?? 0) << 8);
      const symbol = (pair >> (at & 7)) & (2 * half - 1);
      if (symbol % half > palette.length)
        return { row, problem: `weight ${j} is index ${symbol % half}` };
      out[row * columns + j] = table[symbol] as number;
    }
    const used = (columns * bits) % 8;
    if (used > 0 && (bytes[(row + 1) * stride - 1] as number) >> used !== 0)
      return { row, problem: "its padding bits are not 0" };
  }
  return undefined;
}

/** The codes of a packed tensor in pieces of whole rows; valid until the next piece. */
export function* packedChunks(
  tensor: TensorInfo,
  packing: Packing,
  chunkBytes: number,
  read: ReadAt,
): Generator<Uint8Array<ArrayBuffer>> {
  const [rows = 0, columns = 0] = tensor.shape;
  if (tensor.elements === 0) return;
  const stride = packedBytes(columns, packing.bits);
  const together = Math.min(rows, Math.max(1, Math.floor(chunkBytes / columns)));
  const [stored, codes] = [new Uint8Array(together * stride), new Uint8Array(together * columns)];
  for (let first = 0; first < rows; first += together) {
    const count = Math.min(together, rows - first);
    const bytes = stored.subarray(0, count * stride);
    read(tensor.file, tensor.position + first * stride, bytes);
    const out = codes.subarray(0, count * columns);
    const fault = unpackRows(bytes, packing, out);
    if (fault)
      throw new CheckpointError(
        tensor.file,
        `RF8 tensor ${JSON.stringify(tensor.name)}, row ${first + fault.row}: ${fault.problem}; the palette has ${packing.palette.length} codes`,
      );
    yield out;
  }
}
