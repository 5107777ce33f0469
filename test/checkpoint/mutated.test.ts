import { expect, test } from "vitest";
import { CheckpointError } from "../../src/checkpoint/index.ts";
import { readLlama2c } from "../../src/checkpoint/llama2c.ts";
import { headerLength, parseHeader } from "../../src/checkpoint/safetensors/header.ts";
import { seededRandom } from "../../src/format/index.ts";
import { tokenizer } from "../../src/network/tokenizer.ts";
import { safetensors } from "./files.ts";
import { naiveLlama2c } from "./llama2c-file.ts";

/** Mutated files of each kind; HOSTILE_FILES=100000 runs them all. */
const MUTATIONS = Number(process.env.HOSTILE_FILES ?? 2000);

const sizes = { dim: 8, hidden: 12, layers: 1, heads: 2, kvHeads: 1, vocab: 6, sequence: 4 };
const llama = naiveLlama2c({ ...sizes, shared: false, group: 4 });
const latin = (text: string): Buffer => Buffer.from(text, "latin1");

/** A zip archive of PyTorch's: a local file, the central directory and its end. */
const zip = latin(
  `PK\x03\x04\x14\0\0\0\0\0${"\0".repeat(16)}\x10\0\0\0archive/data.pkl\x80\x02}q\0.` +
    `PK\x01\x02\x14\0\x14\0${"\0".repeat(20)}\x10\0${"\0".repeat(16)}archive/data.pkl` +
    `PK\x05\x06\0\0\0\0\x01\0\x01\0\x3e\0\0\0\x34\0\0\0\0\0`,
);
/** A pickle that would call a function. */
const pickle = latin("\x80\x02cposix\nsystem\nq\0X\x0a\0\0\0touch /tmpq\x01\x85q\x02Rq\x03.");
const header = safetensors(
  {
    __metadata__: { format: "rf8", "rf8.version": "1", "rf8.tensors": '{"w":{"bias":[8,9]}}' },
    w: { dtype: "U8", shape: [2, 3], data_offsets: [0, 6] },
    x: { dtype: "F4", shape: [4], data_offsets: [6, 8] },
  },
  new Uint8Array(8),
);

const source = (bytes: Buffer) => ({
  path: "m",
  size: bytes.length,
  read(position: number, into: Uint8Array): void {
    if (position < 0 || position + into.length > bytes.length)
      throw new Error(`a read outside the file: ${position}, ${into.length}`);
    into.set(bytes.subarray(position, position + into.length));
  },
});

/** As a checkpoint is opened, of bytes in memory. */
const readBin = (bytes: Buffer): void => {
  const file = source(bytes);
  for (const { computed, elements } of readLlama2c(file).tensors)
    computed?.read(0, new Float32Array(elements), (_, at, into) => file.read(at, into));
};
const readSafetensors = (bytes: Buffer): void => {
  const length = headerLength("m", bytes.subarray(0, 262), bytes.length);
  parseHeader("m", bytes.subarray(8, 8 + length), bytes.length);
};

test.each([
  ["llama2.c version 0", llama.version(0), readBin],
  ["llama2.c version 1", llama.version(1), readBin],
  ["llama2.c version 2", llama.version(2), readBin],
  ["zip archives as .bin", zip, readBin],
  ["zip archives as safetensors", zip, readSafetensors],
  ["pickles as .bin", pickle, readBin],
  ["pickles as safetensors", pickle, readSafetensors],
  ["safetensors", header, readSafetensors],
] as const)(
  `${MUTATIONS} mutated %s are read or refused, and nothing else`,
  (_, original, read) => {
    const random = seededRandom(5);
    const below = (n: number): number => (random.next() >>> 0) % n;
    let refused = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const end = below(6) === 0 ? below(original.length) : original.length;
      const bytes = Buffer.from(original.subarray(0, end));
      for (let change = below(4); change >= 0 && bytes.length > 8; change--) {
        const at = below(Math.min(400, bytes.length - 4));
        if (below(3) === 0) bytes.writeInt32LE([-1, 0, 1, 2 ** 31 - 1, -(2 ** 31)][below(5)]!, at);
        else bytes[at] = below(256);
      }
      try {
        read(bytes);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(MUTATIONS / 20);
  },
);

test(`${MUTATIONS} mutated tokenizer.json make a tokenizer or an error, and none hangs`, () => {
  const text = JSON.stringify({
    added_tokens: [{ id: 3, content: "<s>", special: true, normalized: false }],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: { type: "BPE", vocab: { a: 0, b: 1, ab: 2 }, merges: ["a b"] },
  });
  const random = seededRandom(6);
  const below = (n: number): number => (random.next() >>> 0) % n;
  const pieces = ["null", "-1", "1e99", '"', "{}", "[]", "a", "9007199254740993", ",", "true"];
  let made = 0;
  for (let i = 0; i < MUTATIONS; i++) {
    const at = below(text.length);
    const mutated = text.slice(0, at) + pieces[below(pieces.length)]! + text.slice(at + below(6));
    let json: unknown;
    try {
      json = JSON.parse(mutated);
    } catch {
      continue;
    }
    if (typeof json !== "object" || json === null) continue;
    try {
      const one = tokenizer(json as Record<string, unknown>);
      one.decode(one.encode("ab<s>a"));
      made++;
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }
  expect(made).toBeGreaterThan(MUTATIONS / 100);
});
