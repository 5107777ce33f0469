import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckpointError } from "../../src/checkpoint/index.ts";
import { characterTokenizer, readTokenizer } from "../../src/network/index.ts";
import { readLlama2cTokenizer } from "../../src/network/llama2c-tokenizer.ts";
import { scratchFolder } from "../checkpoint/files.ts";

const folder = scratchFolder();
const file = (name: string, contents: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};

describe("one token a character", () => {
  const characters = [..."\n \t.,ab_é😀中"];
  const tokenizer = characterTokenizer(characters).json;
  const read = readTokenizer(file("tokenizer.json", JSON.stringify(tokenizer)));

  test("the id of a character is its place, and text comes back as it was", () => {
    expect(read.vocabularySize).toBe(characters.length);
    const unit = fc.nat(characters.length - 1);
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (ids) => {
        const text = ids.map((id) => characters[id]).join("");
        expect(read.encode(text)).toEqual(ids);
        expect(read.decode(ids)).toBe(text);
      }),
    );
  });

  test("a character without a token and an id without a character are refused", () => {
    expect(() => read.encode("abX")).toThrow('"X" is not in the vocabulary');
    expect(() => read.decode([0, characters.length])).toThrow(
      `ids are 0 to ${characters.length - 1}`,
    );
  });
});

describe("llama2.c's tokenizer.bin", () => {
  const bytes = Array.from(
    { length: 256 },
    (_, b) => [`<0x${b.toString(16).toUpperCase().padStart(2, "0")}>`, 0] as const,
  );
  const pieces: (readonly [string, number])[] = [
    ...[["<unk>", 0] as const, ["\n<s>\n", 0] as const, ["\n</s>\n", 0] as const],
    ...bytes,
    // Pairs in the order in which they merge: "ab" first, so "aab" is a + ab and not aa + b.
    ...[["ab", -1] as const, ["aa", -2] as const, [" a", -3] as const, [" aab", -4] as const],
    ...[["aab", -3.5] as const, ["a", -9] as const, ["b", -9] as const, [" ", -9] as const],
  ];
  const binary = Buffer.concat([
    Buffer.from(Int32Array.of(7).buffer),
    ...pieces.flatMap(([text, score]) => {
      const encoded = Buffer.from(text);
      return [
        Buffer.from(Float32Array.of(score).buffer),
        Buffer.from(Int32Array.of(encoded.length).buffer),
        encoded,
      ];
    }),
  ]);
  const path = file("tok.bin", binary);

  /** llama2.c's rule: a space before the text, characters or else their bytes, then the best pair, leftmost first. */
  function encodeByRule(text: string): number[] {
    const ids = new Map(pieces.map(([piece], id) => [piece, id]));
    let tokens = [...(text === "" ? "" : ` ${text}`)].flatMap((c) =>
      ids.has(c) ? [c] : [...Buffer.from(c)].map((b) => bytes[b]![0]),
    );
    for (;;) {
      let best = { score: Number.NEGATIVE_INFINITY, at: -1 };
      for (let i = 0; i + 1 < tokens.length; i++) {
        const score = pieces[ids.get(tokens[i]! + tokens[i + 1]!) ?? -1]?.[1];
        if (score !== undefined && score > best.score) best = { score, at: i };
      }
      if (best.at < 0) return tokens.map((token) => ids.get(token)!);
      const { at } = best;
      tokens = [...tokens.slice(0, at), tokens[at]! + tokens[at + 1]!, ...tokens.slice(at + 2)];
    }
  }

  test("encodes as llama2.c does, and text comes back", () => {
    const tokenizer = readLlama2cTokenizer(path, pieces.length);
    expect(tokenizer.vocabularySize).toBe(pieces.length);
    const text = fc.string({
      unit: fc.constantFrom("a", "b", " ", "é", "\n", "😀"),
      maxLength: 16,
    });
    fc.assert(
      fc.property(text, (given) => {
        const ids = tokenizer.encode(given);
        expect(ids).toEqual(encodeByRule(given));
        expect(tokenizer.decode([1, ...ids])).toBe(given);
      }),
      { numRuns: 500 },
    );
  });

  test("a file of another vocabulary is refused", () => {
    for (const size of [pieces.length - 1, pieces.length + 1])
      expect(() => readLlama2cTokenizer(path, size)).toThrow(CheckpointError);
    const damaged = Buffer.from(binary);
    damaged.writeInt32LE(-5, 8);
    expect(() => readLlama2cTokenizer(file("damaged.bin", damaged), pieces.length)).toThrow(
      "token 0",
    );
  });
});

test.each([
  ["", "is no valid JSON"],
  ["[]", "is not a JSON object"],
  ["{}", "is no tokenizer.json that can be used"],
  [JSON.stringify({ model: { type: "Nothing" } }), "is no tokenizer.json that can be used"],
  [
    JSON.stringify({
      ...characterTokenizer(["a"]).json,
      model: { type: "BPE", vocab: { a: -1 }, merges: [] },
    }),
    "whole numbers as ids",
  ],
])("a tokenizer.json of %.60j is refused", (contents, message) => {
  const path = file("bad.json", contents);
  expect(() => readTokenizer(path)).toThrow(CheckpointError);
  expect(() => readTokenizer(path)).toThrow(message);
});
