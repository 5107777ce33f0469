import { crc32 } from "#host/tools/crc";
import { type Gate, gates } from "../../model/core/index.ts";
import { CoreError } from "./error.ts";

/** The first bytes of an image. */
export const HEADER_BYTES = 64;

const MAGIC = 0x43384652; // "RF8C"
const VERSION = 2;

/** What an image says of itself. Sizes are in bytes but for words and descriptors. */
export interface ImageHeader {
  /** Of the program, which follows the header. */
  readonly descriptors: number;
  /** Of the file: header, program, constants, weights. */
  readonly imageBytes: number;
  /** Of the memory that the core needs: the image, and behind it the cache, which begins as zeros. */
  readonly memoryBytes: number;
  /** Of the vector memory. */
  readonly words: number;
  readonly context: number;
  readonly vocabulary: number;
  readonly bits: 8 | 16;
  readonly gate: Gate;
}

/** @param checksum CRC-32 of everything behind the header */
export function encodeHeader(header: ImageHeader, checksum: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(5, header.bits);
  view.setUint8(6, gates.indexOf(header.gate));
  view.setUint32(8, header.descriptors, true);
  view.setUint32(12, header.words, true);
  view.setBigUint64(16, BigInt(header.imageBytes), true);
  view.setBigUint64(24, BigInt(header.memoryBytes), true);
  view.setUint32(32, header.context, true);
  view.setUint32(36, header.vocabulary, true);
  view.setUint32(40, checksum, true);
  return bytes;
}

/** More than this is no vector memory, but a number that is wrong. */
const MAX_WORDS = 2 ** 26;

/**
 * Reads and checks the header of an image.
 *
 * @throws CoreError for what is no image, another version, lengths that do not fit the bytes, and contents that are not those that
 *   were written.
 */
export function decodeHeader(image: Uint8Array): ImageHeader {
  const fail = (problem: string): never => {
    throw new CoreError(`image: ${problem}`);
  };
  if (image.length < HEADER_BYTES) fail(`${image.length} bytes; its header has ${HEADER_BYTES}`);
  const view = new DataView(image.buffer, image.byteOffset, HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) fail("it does not begin with RF8C");
  if (view.getUint8(4) !== VERSION)
    fail(`version ${view.getUint8(4)}; this program reads version ${VERSION}`);
  const bits = view.getUint8(5);
  if (bits !== 8 && bits !== 16) return fail(`activations of ${bits} bits; 8 or 16 are possible`);
  const gate = gates[view.getUint8(6)];
  if (!gate) return fail(`function ${view.getUint8(6)}; 0 to ${gates.length - 1} are known`);
  const header: ImageHeader = {
    bits,
    gate,
    descriptors: view.getUint32(8, true),
    words: view.getUint32(12, true),
    imageBytes: Number(view.getBigUint64(16, true)),
    memoryBytes: Number(view.getBigUint64(24, true)),
    context: view.getUint32(32, true),
    vocabulary: view.getUint32(36, true),
  };
  if (header.imageBytes !== image.length)
    fail(`its header says ${header.imageBytes} bytes; there are ${image.length}`);
  if (HEADER_BYTES * (1 + header.descriptors) > image.length)
    fail(`${header.descriptors} descriptors are more than its bytes`);
  if (header.memoryBytes < header.imageBytes || !Number.isSafeInteger(header.memoryBytes))
    fail(`a memory of ${header.memoryBytes} bytes does not hold it`);
  if (header.words > MAX_WORDS) fail(`a vector memory of ${header.words} words`);
  if (crc32(image.subarray(HEADER_BYTES)) !== view.getUint32(40, true))
    fail("its checksum is not that of its contents; it was changed or damaged");
  return header;
}
