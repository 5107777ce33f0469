import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, openCheckpoint, quantizeCheckpoint } from "../../src/checkpoint/index.ts";
import { readModel } from "../../src/network/index.ts";
import { defaults, safetensors, scratchFolder, values, writeFloats } from "./files.ts";
import { naiveLlama2c } from "./llama2c-file.ts";

const folder = scratchFolder();
const path = (name: string): string => join(folder, name);

function refusal(file: string): string {
  try {
    openCheckpoint(file).close();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

describe("a file of another format is named", () => {
  const latin = (text: string): Buffer => Buffer.from(text, "latin1");
  test.each([
    ["Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"],
    ["zip archive", "PK\x03\x04\x00\x00\x08\x08\x00\x00archive/data.pkl"],
    ["Python pickle", "\x80\x02}q\x00(X\x06\x00\x00\x00weightq\x01"],
    ["Python pickle", "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."],
    [
      "GGUF",
      "GGUF\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    ],
    ["GGML", "tjgg\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"],
    ["HTML page", "<!DOCTYPE html><html><title>404</title></html>"],
    ["HTML page", "\n <html><body>sign in</body></html>"],
    ["HDF5", "\x89HDF\r\n\x1a\n\x00\x00\x00\x00\x00\x08\x08\x00"],
    ["NumPy", "\x93NUMPY\x01\x00v\x00{'descr': '<f4'}"],
    ["compressed", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abcdefghijklmnop"],
    ["tar archive", `model/${"\0".repeat(251)}ustar\x0000`],
    ["it begins with", "Invalid username or password."],
    ["it begins with", '{"error":"Repository not found"}'],
  ])("%s: %.20j", (word, content) => {
    for (const name of ["file.safetensors", "file.bin"]) {
      writeFileSync(path(name), latin(content));
      if (name.endsWith(".bin") && word === "GGUF") continue;
      expect(refusal(path(name)), name).toContain(word);
    }
  });

  test("config.json, tokenizer.json and the index too", () => {
    const model = path("pointers");
    mkdirSync(model);
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
    writeFileSync(join(model, "config.json"), pointer);
    expect(() => readModel(model)).toThrow("config.json: is a Git LFS pointer");
    writeFileSync(join(model, "model.safetensors.index.json"), "<html></html>");
    expect(refusal(model)).toContain("index.json: is an HTML page");
  });

  test("a header of 640 bytes, which begins as a pickle does, is read", () => {
    const text = JSON.stringify({ __metadata__: { a: "" } });
    const padded = JSON.stringify({ __metadata__: { a: "x".repeat(640 - text.length) } });
    writeFileSync(path("long.safetensors"), safetensors(padded));
    expect(openCheckpoint(path("long.safetensors")).shards[0]!.metadata.a).toHaveLength(
      640 - text.length,
    );
  });
});

describe("what a folder lacks is said", () => {
  const model = (name: string, files: Readonly<Record<string, string>>): string => {
    mkdirSync(path(name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path(name), file), text);
    return path(name);
  };
  const index = (map: Record<string, string>): string => JSON.stringify({ weight_map: map });
  test.each([
    [{ "pytorch_model.bin": "x" }, "only pytorch_model.bin; PyTorch and other formats must be"],
    [{ "adapter_model.safetensors": "x" }, "an adapter is no model"],
    [{ "m-Q8_0.gguf": "x" }, "name the GGUF file itself"],
    [
      { "model-00001-of-00002.safetensors": "x", "model-00002-of-00002.safetensors": "x" },
      "or add the model.safetensors.index.json of the shards",
    ],
    [
      {
        "model.safetensors.index.json": index({
          a: "1.safetensors",
          b: "2.safetensors",
          c: "3.safetensors",
        }),
        "2.safetensors": "x",
      },
      "names 1.safetensors, which is missing, and 1 more are, of 3 files",
    ],
  ])("%j", (files, message) => {
    expect(refusal(model(`lacking-${message.length}`, files))).toContain(message);
  });

  test("model.safetensors comes before an index of other files, and is what an index of it lists", async () => {
    const both = model("both", {
      "model.safetensors.index.json": index({ a: "model-00001-of-00001.safetensors" }),
    });
    const tensor = { shape: [1, 2], data: Float32Array.of(1, 2) };
    writeFloats(join(both, "model.safetensors"), { b: tensor });
    expect(openCheckpoint(both).tensors.map(({ name }) => name)).toEqual(["b"]);
    writeFileSync(join(both, "model.safetensors.index.json"), index({ b: "model.safetensors" }));
    await quantizeCheckpoint(both, path("both-rf8"), defaults);
    const written = readFileSync(join(path("both-rf8"), "model.safetensors.index.json"), "utf8");
    expect(JSON.parse(written)).toEqual({
      metadata: { total_size: 2 },
      weight_map: { b: "model.safetensors" },
    });
  });
});

describe("types of safetensors that are no weights are kept to the byte", () => {
  const bits = {
    F4: 4,
    F6_E2M3: 6,
    F6_E3M2: 6,
    BOOL: 8,
    U8: 8,
    I8: 8,
    F8_E4M3: 8,
    F8_E5M2: 8,
    F8_E8M0: 8,
    F8_E4M3FNUZ: 8,
    F8_E5M2FNUZ: 8,
    I16: 16,
    U16: 16,
    I32: 32,
    U32: 32,
    C64: 64,
    I64: 64,
    U64: 64,
  };
  test.each(Object.entries(bits))("%s of %d bits", async (dtype, width) => {
    const [input, output] = [path(`${dtype}.safetensors`), path(`${dtype}-rf8.safetensors`)];
    const length = (24 * width) / 8;
    const data = Uint8Array.from({ length }, (_, i) => (i * 37 + 5) & 255);
    const x = { dtype, shape: [3, 8], data_offsets: [0, length] };
    const w = { dtype: "F32", shape: [1, 2], data_offsets: [length, length + 8] };
    writeFileSync(input, safetensors({ x, w }, Buffer.concat([data, Buffer.alloc(8)])));
    const { kept } = await quantizeCheckpoint(input, output, defaults);
    expect(kept).toEqual(["x"]);
    const checkpoint = openCheckpoint(output);
    const tensor = checkpoint.tensors.find(({ name }) => name === "x")!;
    expect([tensor.dtype, tensor.shape]).toEqual([dtype, [3, 8]]);
    expect(Buffer.concat(Array.from(checkpoint.chunks(tensor, 5), (c) => c.slice()))).toEqual(
      Buffer.from(data),
    );
    checkpoint.close();
  });

  test("elements that fill no whole number of bytes are refused", () => {
    const file = path("odd.safetensors");
    writeFileSync(
      file,
      safetensors({ x: { dtype: "F4", shape: [3], data_offsets: [0, 2] } }, Buffer.alloc(2)),
    );
    expect(refusal(file)).toContain("[3] of F4 fills no whole number of bytes");
  });
});

test("tensors to keep stay as they are, by name or pattern; a name that no tensor has is refused", async () => {
  const input = path("keep.safetensors");
  const matrix = { shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NEGATIVE_INFINITY) };
  const plain = { shape: [1, 2], data: Float32Array.of(1, 2) };
  writeFloats(input, { "a.mask": matrix, "b.mask": matrix, "b.weight": plain });
  const keep = (...names: string[]) => ({ ...defaults, keep: names });
  await expect(quantizeCheckpoint(input, path("no"), defaults)).rejects.toThrow(
    /"a.mask", index 3 is -Infinity.*--keep leaves a tensor as it is/,
  );
  const { kept } = await quantizeCheckpoint(input, path("kept.safetensors"), keep("*.mask"));
  expect(kept).toEqual(["a.mask", "b.mask"]);
  expect(values(path("kept.safetensors"), "a.mask")).toEqual([...matrix.data]);
  await expect(quantizeCheckpoint(input, path("no"), keep("a.mask", "c*"))).rejects.toThrow(
    'holds no tensor "c*" to keep',
  );
});

describe("llama2.c", () => {
  const sizes = { dim: 8, hidden: 12, layers: 2, heads: 2, kvHeads: 1, vocab: 6, sequence: 16 };
  test.each([
    [1, true],
    [1, false],
    [2, true],
    [2, false],
  ] as const)(
    "version %d, shared classifier %s, is the network of version 0",
    (version, shared) => {
      const file = naiveLlama2c({ ...sizes, shared, group: 4 });
      const [v0, other] = [path("v0.bin"), path(`v${version}.bin`)];
      writeFileSync(v0, file.version(0));
      writeFileSync(other, file.version(version));
      const [a, b] = [openCheckpoint(v0), openCheckpoint(other)];
      const byName = (one: typeof a) =>
        one.tensors.map(({ name, shape }) => `${name} ${shape}`).sort();
      expect(byName(b)).toEqual(byName(a));
      for (const { name } of a.tensors) {
        const expected = version === 2 ? file.grouped(values(v0, name), name) : values(v0, name);
        expect(values(other, name), name).toEqual(expected);
      }
      // A piece of any size holds whole groups.
      const tensor = b.tensors.find(({ name }) => name.includes("up_proj"))!;
      expect(Buffer.concat(Array.from(b.chunks(tensor, 20), (c) => c.slice()))).toEqual(
        Buffer.concat(Array.from(b.chunks(tensor), (c) => c.slice())),
      );
      for (const one of [a, b]) one.close();
      const bytes = file.version(version);
      writeFileSync(other, bytes.subarray(0, bytes.length - 1));
      expect(refusal(other)).toContain(`llama2.c version ${version}:`);
    },
  );

  test("a version that is not known is named", () => {
    const bytes = Buffer.from(naiveLlama2c({ ...sizes, shared: true, group: 4 }).version(1));
    bytes.writeInt32LE(3, 4);
    writeFileSync(path("v3.bin"), bytes);
    expect(refusal(path("v3.bin"))).toContain("of version 3; 0 to 2 are known");
  });
});
