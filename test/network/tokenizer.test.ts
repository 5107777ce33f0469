import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckpointError } from "../../src/checkpoint/index.ts";
import { characterTokenizer, promptOf, readTokenizer } from "../../src/network/index.ts";
import { readLlama2cTokenizer } from "../../src/network/llama2c-tokenizer.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { randomDecoder, smallConfig } from "./random-decoder.ts";

const scratch = scratchFolder();
const file = (name: string, contents: string | Uint8Array): string => {
  const path = join(scratch, name);
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

  test("a character without a token is refused, an id without one has no text", () => {
    expect(() => read.encode("abX")).toThrow('"X" is not in the vocabulary');
    expect(() => read.decode([0, -1])).toThrow("ids are 0 or more");
    // An embedding padded beyond the vocabulary can give such an id; it has no text.
    expect(read.decode([4, characters.length, 5])).toBe(read.decode([4, 5]));
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

describe("special and added tokens, and what texts begin with", () => {
  const added = (id: number, content: string, more: object = {}): object => ({
    id,
    content,
    special: true,
    normalized: false,
    single_word: false,
    lstrip: false,
    rstrip: false,
    ...more,
  });
  const base = characterTokenizer([..."Hi é"]).json;
  const folder = (name: string, json: object, config?: object): string => {
    const path = join(scratch, name);
    mkdirSync(path);
    if (config) writeFileSync(join(path, "tokenizer_config.json"), JSON.stringify(config));
    writeFileSync(join(path, "tokenizer.json"), JSON.stringify({ ...base, ...json }));
    return join(path, "tokenizer.json");
  };
  const tokens = [
    added(7, "<s>"),
    added(9, "<|eot|>", { rstrip: true }),
    added(11, "[x]", { special: false }),
  ];

  test("added tokens in a text are those tokens, ids between them may have none", () => {
    const read = readTokenizer(folder("added", { added_tokens: tokens }));
    expect(read.encode("Hi<|eot|> H[x]")).toEqual([0, 1, 9, 0, 11]);
    expect(read.vocabularySize).toBe(12);
    expect(read.decode([0, 8, 9, 1, 11, 500])).toBe("Hi[x]");
    expect([read.token(8), read.token(9)]).toEqual([undefined, "<|eot|>"]);
    expect(() => read.encode("Hi<|eot|>X")).toThrow('"X" is not in the vocabulary');
  });

  const template = {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [],
    special_tokens: { "<s>": { id: "<s>", ids: [7], tokens: ["<s>"] } },
  };
  const bytes = {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: false,
  };
  test.each([
    ["nothing is said", {}, undefined, undefined],
    ["template", { post_processor: template }, undefined, 7],
    [
      "template in a sequence",
      { post_processor: { type: "Sequence", processors: [bytes, template] } },
      undefined,
      7,
    ],
    [
      "template without",
      { post_processor: { ...template, single: template.single.slice(1) } },
      undefined,
      null,
    ],
    ["byte level alone", { post_processor: bytes }, undefined, null],
    ["add_bos_token false", { post_processor: template }, { add_bos_token: false }, null],
    ["add_bos_token true", {}, { add_bos_token: true, bos_token: { content: "<s>" } }, 7],
    ["add_bos_token true, by name", {}, { add_bos_token: true, bos_token: "<s>" }, 7],
  ])("begin-of-sequence: %s", (name, json, config, expected) => {
    expect(readTokenizer(folder(name, { added_tokens: tokens, ...json }, config)).bos).toBe(
      expected,
    );
  });

  test("a text gets the token once, and none that the network does not have", () => {
    const read = readTokenizer(
      folder("prompt", { added_tokens: tokens, post_processor: template }),
    );
    const model = (vocab_size: number) => ({
      ...randomDecoder({ ...smallConfig, vocab_size, bos_token_id: 2 }),
      tokenizer: read,
    });
    expect(promptOf(model(12), "Hi")).toEqual([7, 0, 1]);
    expect(promptOf(model(12), "<s>Hi")).toEqual([7, 0, 1]);
    expect(() => promptOf(model(9), "Hi<|eot|>")).toThrow(
      'token "<|eot|>" has id 9; the model\'s vocab_size is 9',
    );
    expect(() => promptOf(model(7), "Hi")).toThrow('token "<s>" has id 7');
  });

  test("an id that would exhaust memory is refused", () => {
    const path = folder("far", { added_tokens: [added(2 ** 31, "<s>")] });
    expect(() => readTokenizer(path)).toThrow("whole numbers as ids, and has 2147483648");
  });
});
