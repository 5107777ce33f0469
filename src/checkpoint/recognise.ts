import { latin1 } from "../bytes.ts";

/** How many first bytes tell formats apart. */
export const SIGNATURE_BYTES = 262;

type Test = (bytes: Uint8Array, text: string) => boolean;

const at =
  (position: number, ...signature: readonly number[]): Test =>
  (bytes) =>
    signature.every((byte, i) => bytes[position + i] === byte);

const text =
  (pattern: RegExp): Test =>
  (_, first) =>
    pattern.test(first);

const any =
  (...tests: readonly Test[]): Test =>
  (bytes, first) =>
    tests.some((test) => test(bytes, first));

/** A length of 640 begins as protocol 2 does, but goes on with zeros. */
const pickle: Test = (bytes) =>
  bytes[0] === 0x80 &&
  (bytes.at(1) ?? 0) >= 2 &&
  (bytes.at(1) ?? 6) <= 5 &&
  (bytes.at(2) ?? 0) !== 0;

/** Files that people take for checkpoints, and what helps. */
const formats: readonly (readonly [Test, string])[] = [
  [
    text(/^version https:\/\/git-lfs/),
    "is a Git LFS pointer, not the file it stands for; fetch that with git lfs pull",
  ],
  [
    any(at(0, 0x50, 0x4b, 3, 4), at(0, 0x50, 0x4b, 5, 6)),
    "is a zip archive, as PyTorch saves models; convert it to safetensors",
  ],
  [pickle, "is a Python pickle, as PyTorch saves models; convert it to safetensors"],
  [text(/^GGUF/), "is a GGUF file; name it .gguf"],
  [text(/^(tjgg|fmgg|lmgg|algg)/), "is a GGML file from before GGUF; convert the model again"],
  [text(/^ak42/), "is a llama2.c checkpoint; name it .bin"],
  [
    text(/^\s*<(!doctype|html|head|body|\?xml|!--)/i),
    "is an HTML page; the download of the file failed",
  ],
  [at(0, 0x89, 0x48, 0x44, 0x46), "is an HDF5 file, as Keras saves; convert it to safetensors"],
  [at(0, 0x93, 0x4e, 0x55, 0x4d), "is a NumPy array; save it as safetensors"],
  [
    any(at(0, 0x1f, 0x8b), at(0, 0xfd, 0x37, 0x7a, 0x58), at(0, 0x28, 0xb5, 0x2f, 0xfd)),
    "is compressed; unpack it first",
  ],
  [at(257, 0x75, 0x73, 0x74, 0x61, 0x72), "is a tar archive; unpack it first"],
  [at(4, 0x54, 0x46, 0x4c, 0x33), "is a TensorFlow Lite model; convert it to safetensors"],
];

/**
 * What a file is by its first bytes, as a predicate with the remedy: `is a Git LFS pointer, …`.
 *
 * @param first up to `SIGNATURE_BYTES` bytes
 * @returns undefined where they say nothing
 */
export function recognise(first: Uint8Array): string | undefined {
  const latin = latin1(first.subarray(0, SIGNATURE_BYTES));
  const known = formats.find(([test]) => test(first, latin));
  if (known) return known[1];
  const [begin = ""] = latin.slice(0, 40).split(/[\r\n]/);
  return begin.length >= 8 && /^[\x20-\x7e]+$/.test(begin)
    ? `is text, not weights: it begins with ${JSON.stringify(begin)}`
    : undefined;
}
