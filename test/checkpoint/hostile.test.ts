import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  CheckpointError,
  dequantizeCheckpoint,
  openCheckpoint,
  type QuantizeOptions,
  quantizeCheckpoint,
} from "../../src/checkpoint/index.ts";
import { encodeHeader } from "../../src/checkpoint/safetensors/write.ts";
import { safetensors, scratchFolder, writeFloats } from "./files.ts";

const root = scratchFolder();
const fresh = (): string => mkdtempSync(join(root, "case-"));
const options: QuantizeOptions = {
  rounding: "nearest",
  bias: "max",
  granularity: "channel",
  nan: "error",
  seed: 1,
};

function written(name: string, bytes: Uint8Array | string): string {
  const path = join(fresh(), name);
  writeFileSync(path, bytes);
  return path;
}

function refusal(path: string): string {
  try {
    openCheckpoint(path).close();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

const nested = (levels: number): string => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
const wide = (shape: readonly number[]): Buffer =>
  safetensors({ a: { dtype: "U8", shape, data_offsets: [0, 0] } });

describe("headers made to exhaust the reader", () => {
  test.each([100, 200_000])("%d levels of nesting", (levels) => {
    expect(refusal(written("deep.safetensors", safetensors(nested(levels))))).toContain(
      "nested deeper than 100 levels",
    );
  });

  test("99 levels and the object around them are still parsed", () => {
    expect(refusal(written("deep.safetensors", safetensors(nested(99))))).toContain(
      "its entry is not an object",
    );
  });

  test("a shape of 300,000 axes, whose product would have 16 million bits", () => {
    const message = refusal(
      written("wide.safetensors", wide(new Array<number>(300_000).fill(2 ** 53 - 1))),
    );
    expect(message).toContain("is beyond 2^53 bytes");
    expect(message.length).toBeLessThan(1000);
  });

  test("a product beyond 2^53 is refused even where a zero follows, as by the format's own reader", () => {
    expect(refusal(written("zero.safetensors", wide([2 ** 52, 4, 0])))).toContain("beyond 2^53");
  });

  test("whitespace before the header", () => {
    expect(refusal(written("space.safetensors", safetensors(" {}")))).toContain(
      "does not begin with {",
    );
  });

  test("control characters do not reach the terminal", () => {
    const name = "\u001b[2J\u009b\n";
    const message = refusal(written("escape.safetensors", safetensors({ [name]: 1 })));
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  test("an empty matrix that claims 2^53 − 1 channels is quantized, with one bias", async () => {
    const header = { a: { dtype: "F32", shape: [2 ** 53 - 1, 0], data_offsets: [0, 0] } };
    const input = written("empty.safetensors", safetensors(header));
    const output = join(fresh(), "out.safetensors");
    const { tensors } = await quantizeCheckpoint(input, output, options);
    expect(tensors[0]?.bias).toBe(15);
    const checkpoint = openCheckpoint(output);
    expect(checkpoint.tensors[0]?.rf8?.bias).toBe(15);
    checkpoint.close();
  });
});

describe("llama2.c dimensions", () => {
  const header = (...dimensions: readonly number[]): Buffer =>
    Buffer.concat([Buffer.from(Int32Array.from(dimensions).buffer), Buffer.alloc(4000)]);

  test.each<[string, readonly number[], string]>([
    ["an odd head", [3, 1, 1, 1, 1, 1, 1], "rotary pairs need an even number"],
    ["more layers than fit in memory", [2, 1, 2 ** 31 - 1, 1, 1, 1, 1], "the limit is 10000"],
  ])("%s", (_name, dimensions, message) => {
    expect(refusal(written("model.bin", header(...dimensions)))).toContain(message);
  });
});

describe("an index made to mislead", () => {
  test.each<[string, Uint8Array | string, string]>([
    ["deep", nested(200_000), "nested deeper than 100 levels"],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "it is not UTF-8"],
    ["key twice", '{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}', "appears twice"],
  ])("%s", (_name, text, message) => {
    const path = written("model.safetensors.index.json", text);
    expect(refusal(join(path, ".."))).toContain(message);
  });
});

test("a folder of links, as Hugging Face's cache is, comes out with every file", async () => {
  const cache = fresh();
  const snapshot = join(cache, "snapshot");
  mkdirSync(snapshot);
  const shard = "model-00001-of-00001.safetensors";
  const floats = { shape: [1, 2], data: Float32Array.of(1, 2) };
  writeFloats(join(cache, "blob1"), { a: floats });
  writeFileSync(join(cache, "blob2"), '{"model_type":"llama"}');
  writeFileSync(join(cache, "blob3"), JSON.stringify({ weight_map: { a: shard } }));
  symlinkSync("../blob1", join(snapshot, shard));
  symlinkSync("../blob2", join(snapshot, "config.json"));
  symlinkSync("../blob3", join(snapshot, "model.safetensors.index.json"));
  symlinkSync("../nowhere", join(snapshot, "dangling.txt"));
  const output = join(cache, "rf8");
  await quantizeCheckpoint(snapshot, output, options);
  expect(readdirSync(output).sort()).toEqual([
    "config.json",
    shard,
    "model.safetensors.index.json",
  ]);
  for (const name of readdirSync(output))
    expect(lstatSync(join(output, name)).isSymbolicLink()).toBe(false);
  expect(readFileSync(join(output, "config.json"), "utf8")).toBe('{"model_type":"llama"}');
  openCheckpoint(output).close();
});

test("the layout of rotary pairs is still said after dequantizing", async () => {
  const folder = fresh();
  const [input, rf8, back] = ["in", "rf8", "back"].map((name) =>
    join(folder, `${name}.safetensors`),
  ) as [string, string, string];
  const matrix = { shape: [1, 2], data: Float32Array.of(1, 2) };
  writeFloats(input, { a: matrix }, { "rf8.rope": "adjacent", format: "pt" });
  await quantizeCheckpoint(input, rf8, options);
  await dequantizeCheckpoint(rf8, back);
  const checkpoint = openCheckpoint(back);
  expect(checkpoint.shards[0]?.metadata).toEqual({ "rf8.rope": "adjacent", format: "pt" });
  checkpoint.close();
});

test("an output that would be read as llama2.c is refused", async () => {
  const folder = fresh();
  const input = join(folder, "in.safetensors");
  writeFloats(input, { a: { shape: [1, 2], data: Float32Array.of(1, 2) } });
  await expect(quantizeCheckpoint(input, join(folder, "out.bin"), options)).rejects.toThrow(
    "end the name of a safetensors file in .safetensors",
  );
  expect(readdirSync(folder)).toEqual(["in.safetensors"]);
});

test("a header written is a multiple of 8 bytes at every length of name", () => {
  for (let length = 0; length < 16; length++) {
    const bytes = encodeHeader([{ name: "n".repeat(length), dtype: "F64", shape: [3] }], {});
    expect(bytes.length % 8).toBe(0);
    const text = new TextDecoder().decode(bytes.subarray(8));
    expect(JSON.parse(text)).toEqual({
      ["n".repeat(length)]: { dtype: "F64", shape: [3], data_offsets: [0, 24] },
    });
  }
});
