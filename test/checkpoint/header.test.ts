import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, test } from "vitest";
import { CheckpointError, openCheckpoint } from "../../src/checkpoint/index.ts";
import { headerLength, parseHeader } from "../../src/checkpoint/safetensors/header.ts";
import { safetensors, scratchFolder } from "./files.ts";

const folder = scratchFolder();
let files = 0;

/** Opens bytes as a file and gives the message of the refusal. */
function refusal(bytes: Uint8Array, name = `case${files++}.safetensors`): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  try {
    openCheckpoint(path).close();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    const { message } = error as Error;
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).not.toContain("\n");
    return message.slice(path.length + 2);
  }
  throw new Error("the file was accepted");
}

const f32 = (shape: readonly unknown[], begin: unknown, end: unknown) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});
const data = new Uint8Array(16);

describe("a file that does not hold together is refused in one line", () => {
  test.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(), "too short for a safetensors file"],
    ["seven bytes", new Uint8Array(7), "too short for a safetensors file"],
    [
      "header beyond the file",
      Buffer.concat([Buffer.from([200, 0, 0, 0, 0, 0, 0, 0]), data]),
      "truncated",
    ],
    [
      "header over 100 MB",
      Buffer.concat([Buffer.from([1, 225, 245, 5, 0, 0, 0, 0]), data]),
      "the limit is 100000000",
    ],
    ["length 2^64 - 1", Buffer.concat([Buffer.alloc(8, 255), data]), "the limit is 100000000"],
    ["not UTF-8", Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 255])]), "not UTF-8"],
    ["not JSON", safetensors("{,}"), "no valid JSON"],
    ["an array", safetensors("[]"), "not a JSON object"],
    ["null", safetensors("null"), "not a JSON object"],
    [
      "duplicate tensor",
      safetensors(
        '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}',
        new Uint8Array(1),
      ),
      'key "a" appears twice',
    ],
    [
      "duplicate key inside",
      safetensors(
        '{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}',
        new Uint8Array(1),
      ),
      'key "dtype" appears twice',
    ],
    ["metadata not an object", safetensors({ __metadata__: 1 }), "__metadata__ is not an object"],
    [
      "metadata not strings",
      safetensors({ __metadata__: { a: 1 } }),
      '__metadata__ "a" is not a string',
    ],
    ["entry not an object", safetensors({ a: 1 }), "is not an object"],
    [
      "unknown dtype",
      safetensors({ a: { ...f32([4], 0, 16), dtype: "F31" } }, data),
      'dtype "F31" is unknown',
    ],
    [
      "dtype of a prototype",
      safetensors({ a: { ...f32([4], 0, 16), dtype: "constructor" } }, data),
      "is unknown",
    ],
    ["negative size", safetensors({ a: f32([-4], 0, 16) }, data), "list of whole numbers"],
    [
      "fractional size",
      safetensors({ a: f32([1.5], 0, 6) }, new Uint8Array(6)),
      "list of whole numbers",
    ],
    ["size beyond 2^53", safetensors({ a: f32([2 ** 40, 2 ** 40], 0, 16) }, data), "beyond 2^53"],
    [
      "product that wraps to zero",
      safetensors({ a: f32([2 ** 32, 2 ** 32, 2 ** 32], 0, 0) }),
      "beyond 2^53",
    ],
    [
      "three offsets",
      safetensors({ a: { dtype: "F32", shape: [4], data_offsets: [0, 8, 16] } }, data),
      "two whole numbers",
    ],
    ["offsets reversed", safetensors({ a: f32([4], 16, 0) }, data), "span -16"],
    [
      "shape and bytes differ",
      safetensors({ a: f32([3], 0, 16) }, data),
      "[3] of F32 is 12 bytes, its offsets 0 to 16 span 16",
    ],
    [
      "overlap",
      safetensors({ a: f32([4], 0, 16), b: f32([2], 8, 16) }, data),
      "overlaps the tensor before it",
    ],
    ["gap", safetensors({ a: f32([1], 0, 4), b: f32([2], 8, 16) }, data), "leaves a gap before it"],
    ["out of range", safetensors({ a: f32([8], 0, 32) }, data), "it is truncated"],
    ["bytes left over", safetensors({ a: f32([2], 0, 8) }, data), "the rest belongs to no tensor"],
    [
      "rf8 version",
      safetensors({ __metadata__: { format: "rf8", "rf8.version": "3" } }),
      'rf8.version is "3"',
    ],
    [
      "rf8 tensors missing",
      safetensors({ __metadata__: { format: "rf8", "rf8.version": "1" } }),
      "rf8.tensors is no valid JSON",
    ],
    [
      "rf8 names no tensor",
      safetensors({
        __metadata__: { format: "rf8", "rf8.version": "1", "rf8.tensors": '{"x":{"bias":1}}' },
      }),
      '"x", which the file does not hold',
    ],
    [
      "rf8 of another dtype",
      safetensors(
        {
          __metadata__: { format: "rf8", "rf8.version": "1", "rf8.tensors": '{"a":{"bias":1}}' },
          a: f32([4], 0, 16),
        },
        data,
      ),
      "RF8 codes are U8",
    ],
    [
      "rf8 bias out of range",
      safetensors(
        {
          __metadata__: { format: "rf8", "rf8.version": "1", "rf8.tensors": '{"a":{"bias":128}}' },
          a: { dtype: "U8", shape: [4, 4], data_offsets: [0, 16] },
        },
        data,
      ),
      "from -128 to 127",
    ],
    [
      "rf8 biases of another length",
      safetensors(
        {
          __metadata__: { format: "rf8", "rf8.version": "1", "rf8.tensors": '{"a":{"bias":[1]}}' },
          a: { dtype: "U8", shape: [4, 4], data_offsets: [0, 16] },
        },
        data,
      ),
      "1 biases for shape [4, 4]",
    ],
  ])("%s", (_name, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });

  test.each<[string, Uint8Array, string]>([
    ["short", new Uint8Array(27), "too short for llama2.c"],
    ["zeros", new Uint8Array(100), "dim is 0; this is no llama2.c checkpoint"],
    [
      "huge",
      new Uint8Array(Int32Array.of(2 ** 30, 2 ** 30, 2 ** 30, 1, 1, 2 ** 30, 2 ** 30).buffer),
      "truncated",
    ],
    ["heads", new Uint8Array(Int32Array.of(10, 4, 1, 3, 1, 4, 4).buffer), "do not divide"],
    [
      "left over",
      Buffer.concat([Buffer.from(Int32Array.of(2, 2, 1, 1, 1, 2, 2).buffer), Buffer.alloc(4000)]),
      "its dimensions take",
    ],
  ])("llama2.c: %s", (name, bytes, message) => {
    expect(refusal(bytes, `${name.replace(" ", "-")}.bin`)).toContain(message);
  });
});

test("empty and zero-dimensional tensors are valid, in any order of names", () => {
  const path = join(folder, "valid.safetensors");
  writeFileSync(
    path,
    safetensors({ z: f32([], 0, 4), e: f32([0, 7], 4, 4), a: f32([3], 4, 16) }, data),
  );
  const checkpoint = openCheckpoint(path);
  expect(checkpoint.tensors.map(({ name, elements }) => [name, elements])).toEqual([
    ["z", 1],
    ["e", 0],
    ["a", 3],
  ]);
  expect([...checkpoint.chunks(checkpoint.tensors[1]!)]).toEqual([]);
  checkpoint.close();
});

test("a tensor may bear the name of a prototype's property", () => {
  const bytes = safetensors(
    '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
    new Uint8Array(1),
  );
  expect(parseHeader("f", bytes.subarray(8, -1), bytes.length).tensors.map((t) => t.name)).toEqual([
    "__proto__",
  ]);
});

test("100,000 mutated headers are read or refused, and nothing else", () => {
  const random = xoroshiro128plus(0x5afe);
  const below = (n: number): number => (random.next() >>> 0) % n;
  const seedHeader = JSON.stringify({
    __metadata__: {
      format: "rf8",
      "rf8.version": "1",
      "rf8.tensors": '{"w":{"bias":[8,9],"rounding":"nearest"}}',
    },
    v: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    w: { dtype: "U8", shape: [2, 4], data_offsets: [8, 16] },
  });
  const pieces = [
    "0",
    "-1",
    "1e999",
    "18446744073709551616",
    "9007199254740993",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "\\u0000",
    "\u00e9",
    '"dtype":"U8",',
    "[[[[[",
  ];
  const fileSize = 8 + seedHeader.length + 16;
  let accepted = 0;
  for (let round = 0; round < 100_000; round++) {
    let text = seedHeader;
    for (let edits = 1 + below(3); edits > 0; edits--) {
      const at = below(text.length + 1);
      const [from, to] = [at, Math.min(text.length, at + below(12))];
      const kind = below(4);
      if (kind === 0) text = text.slice(0, from) + text.slice(to);
      else if (kind === 1)
        text = text.slice(0, from) + pieces[below(pieces.length)]! + text.slice(to);
      else if (kind === 2)
        text = text.slice(0, from) + text.slice(below(text.length), to) + text.slice(from);
      else text = text.slice(0, from) + String.fromCharCode(32 + below(95)) + text.slice(from + 1);
    }
    const bytes = Buffer.from(text, below(20) === 0 ? "latin1" : "utf8");
    // The data follows the header, or the length lies about the file.
    const size = below(2) === 0 ? 8 + bytes.length + 16 : fileSize;
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(
      below(50) === 0 ? BigInt(below(2 ** 31)) * 4096n : BigInt(bytes.length),
    );
    try {
      const header = bytes.subarray(0, headerLength("f", length, size));
      const { tensors } = parseHeader("f", header, size);
      accepted += 1;
      for (const { position, byteLength } of tensors) {
        expect(position >= 8 + header.length && position + byteLength <= size).toBe(true);
      }
    } catch (error) {
      if (!(error instanceof CheckpointError)) {
        throw new Error(`round ${round}: ${JSON.stringify(text)}`, { cause: error });
      }
      expect(error.message).not.toContain("\n");
    }
  }
  // Both ways are exercised.
  expect(accepted).toBeGreaterThan(1000);
  expect(accepted).toBeLessThan(60_000);
});
