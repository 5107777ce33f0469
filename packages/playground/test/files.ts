/** A safetensors file of one header and 128 bytes, or the given ones. */
export function safetensors(tensors: object, data: Buffer = Buffer.alloc(128)): Buffer {
  const header = Buffer.from(JSON.stringify(tensors));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}
export const tensor = (shape: readonly number[], from: number, to: number) => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});
/** The begin of a GGUF file that claims a number of tensors. */
function gguf(tensors: bigint): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.write("GGUF");
  bytes.writeUInt32LE(3, 4);
  bytes.writeBigUInt64LE(tensors, 8);
  return bytes;
}

/** Files that are refused, and with which words. */
export const hostile: readonly (readonly [name: string, bytes: Buffer, said: string])[] = [
  ["length.safetensors", Buffer.alloc(64, 0xff), "its header claims"],
  ["empty.safetensors", Buffer.alloc(0), "is 0 bytes"],
  ["text.safetensors", safetensors([]), "its header is not a JSON object"],
  ["huge.safetensors", safetensors({ a: tensor([1e15], 0, 4e15) }), "its tensors take"],
  [
    "overlap.safetensors",
    safetensors({ a: tensor([16], 0, 64), b: tensor([16], 32, 96) }),
    'tensor "b" overlaps',
  ],
  ["before.safetensors", safetensors({ a: tensor([16], -64, 0) }), 'tensor "a": its data_offsets'],
  ["page.safetensors", Buffer.from("<!doctype html><p>404"), "is an HTML page"],
  ["zip.bin", Buffer.from("PK\x03\x04 and more than a header of 28 bytes"), "is a zip archive"],
  ["short.gguf", gguf(1n), "its header needs byte 32"],
  ["endless.gguf", gguf((1n << 63n) - 1n), "the number of tensors"],
  ["no.bin", Buffer.alloc(64), "dim is 0"],
];
/** Files that are read, though nobody expects them, and what the page then says. */
export const odd: readonly (readonly [name: string, bytes: Buffer, said: string])[] = [
  ["none.safetensors", safetensors({}, Buffer.alloc(0)), "none.safetensors holds no tensors"],
  ["zero.safetensors", safetensors({ a: tensor([0], 0, 0), b: tensor([32], 0, 128) }), "zero"],
  [
    "nan.safetensors",
    safetensors(
      { a: tensor([4], 0, 16) },
      Buffer.from(Float32Array.of(NaN, 1, 2, -Infinity).buffer),
    ),
    "2 NaN or infinite",
  ],
];
