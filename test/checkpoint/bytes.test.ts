import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  bytesSource,
  type Checkpoint,
  CheckpointError,
  openCheckpoint,
  saveFloats,
} from "../../src/checkpoint/index.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every tensor with its bytes, without the name of the file that it is in. */
const contents = (checkpoint: Checkpoint): unknown[] =>
  checkpoint.tensors.map(({ name, dtype, shape, ...tensor }) => ({
    name,
    dtype,
    shape,
    bytes: [...checkpoint.chunks({ name, dtype, shape, ...tensor }, 64)].flatMap((part) => [
      ...part,
    ]),
  }));

test("a checkpoint in memory is read as the same file is", async () => {
  const path = join(folder, "model.safetensors");
  const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  await saveFloats(path, [
    { name: "a", shape: [6, 10], data },
    { name: "b", shape: [60], data: data.map((x) => -x) },
  ]);
  const file = openCheckpoint(path);
  const memory = openCheckpoint(bytesSource("model.safetensors", readFileSync(path)));
  expect(contents(memory)).toEqual(contents(file));
  expect(memory.isDirectory).toBe(false);
  file.close();
  memory.close();
});

test.each([
  ["model.safetensors", new Uint8Array(0)],
  ["model.safetensors", new Uint8Array(7)],
  ["model.safetensors", new Uint8Array(64).fill(255)],
  ["model.gguf", new TextEncoder().encode("GGUF and nothing more")],
  ["model.bin", new Uint8Array(28).fill(255)],
])("%s of wrong bytes is refused by its name", (name, bytes) => {
  expect(() => openCheckpoint(bytesSource(name, bytes))).toThrow(CheckpointError);
  expect(() => openCheckpoint(bytesSource(name, bytes))).toThrow(name);
});
