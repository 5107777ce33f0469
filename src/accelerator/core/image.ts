import { crc32 } from "#host/tools/crc";
import type { CoreProgram } from "./compile.ts";
import { encodeDescriptor } from "./descriptor.ts";
import { encodeHeader, HEADER_BYTES } from "./header.ts";

/**
 * The bytes of a program's image, a piece at a time: header, descriptors, constants, weights. The same program has the same
 * bytes.
 *
 * @example
 * const program = tinyProgram("int8", 8);
 * const bytes = [...imagePieces(program)].reduce((sum, { length }) => sum + length, 0);
 * console.log(bytes === program.header.imageBytes); // true
 */
export function* imagePieces(program: CoreProgram): Iterable<Uint8Array> {
  let checksum = 0;
  for (const piece of body(program)) checksum = crc32(piece, checksum);
  yield encodeHeader(program.header, checksum);
  yield* body(program);
}

/**
 * The image as a whole.
 *
 * @example
 * const image = imageOf(tinyProgram("int8", 8));
 * console.log(String.fromCharCode(...image.subarray(0, 4))); // RF8C
 */
export function imageOf(program: CoreProgram): Uint8Array {
  const image = new Uint8Array(program.header.imageBytes);
  let at = 0;
  for (const piece of imagePieces(program)) {
    image.set(piece, at);
    at += piece.length;
  }
  return image;
}

function* body({ header, steps, regions }: CoreProgram): Iterable<Uint8Array> {
  let at = HEADER_BYTES;
  for (const { descriptor } of steps) {
    const bytes = encodeDescriptor(descriptor);
    at += bytes.length;
    yield bytes;
  }
  for (const { address, contents } of regions) {
    if (!contents) continue;
    if (address > at) yield new Uint8Array(address - at);
    at = address;
    for (const piece of contents()) {
      at += piece.length;
      yield piece;
    }
  }
  if (header.imageBytes > at) yield new Uint8Array(header.imageBytes - at);
}
